//! Whole files in parallel, on threads of their own.
//!
//! Reading one file already uses the pool, and waits for it. Were files tasks of the pool too, a worker that waits
//! would take up the next file meanwhile, and the next: thousands of communes open at once, one inside the other.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads for one of the pool: a file begins and ends in one thread, and those of the pool work for another meanwhile.
const THREADS_PER_CORE: usize = 2;

/// Applies `f` to every item and gives the results in order; or the first error met, after which no item is begun.
pub(crate) fn map<T: Sync, R: Send, E: Send>(
    items: &[T],
    f: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(i) else {
                return Ok(());
            };
            match f(item) {
                Ok(r) => lock(&done).push((i, r)),
                Err(e) => {
                    next.store(items.len(), Ordering::Relaxed);
                    return Err(e);
                }
            }
        }
    };
    let threads = (rayon::current_num_threads() * THREADS_PER_CORE).min(items.len());
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter()
            .try_for_each(|t| t.join().unwrap_or_else(|p| std::panic::resume_unwind(p)))
    })?;
    let mut done = std::mem::take(&mut *lock(&done));
    done.sort_unstable_by_key(|(i, _)| *i);
    Ok(done.into_iter().map(|(_, r)| r).collect())
}

/// What is pushed under the lock is whole, whatever happened to another thread.
fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_an_error_stops_the_rest() {
        let items: Vec<usize> = (0..1000).collect();
        let twice = map(&items, |i| Ok::<_, ()>(i * 2)).unwrap();
        assert_eq!(twice, items.iter().map(|i| i * 2).collect::<Vec<_>>());
        assert_eq!(map(&[], |i: &usize| Ok::<_, ()>(*i)), Ok(Vec::new()));
        let begun = AtomicUsize::new(0);
        let failed = map(&items, |i| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *i == 3 { Err("three") } else { Ok(*i) }
        });
        assert_eq!(failed, Err("three"));
        assert!(begun.into_inner() < 1000);
    }

    /// As many files as a région has communes, each waiting for the pool: none inside another.
    #[test]
    fn waiting_for_the_pool_does_not_begin_another_item() {
        let items: Vec<usize> = (0..2000).collect();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        map(&items, |_| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            rayon::in_place_scope(|s| s.spawn(|_| std::thread::yield_now()));
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, ()>(())
        })
        .unwrap();
        assert!(most.into_inner() <= rayon::current_num_threads() * THREADS_PER_CORE);
    }
}
