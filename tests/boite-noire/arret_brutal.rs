//! `kill -9` at any moment of `construire` leaves the edition before it intact and served.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::harness::{BINARY, Server, construire, gisement, sample};

/// How many moments of the build are tried.
const KILLS: u32 = 24;

#[test]
fn a_killed_build_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let donnees = dir.path().join("donnees");
    construire(&sample(), &donnees).exits(0);
    let before = std::fs::read_to_string(donnees.join("courant")).unwrap();
    let server = Server::start(&donnees);

    let build = |date: &str| {
        Command::new(BINARY)
            .args([
                "construire",
                sample().to_str().unwrap(),
                "--donnees",
                donnees.to_str().unwrap(),
                "--date",
                date,
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // How long a build takes once the layers are kept: the moments are spread over it, and a little beyond.
    let started = Instant::now();
    assert!(build("2026-10-01").wait().unwrap().success());
    let whole = started.elapsed();
    assert_ne!(
        std::fs::read_to_string(donnees.join("courant")).unwrap(),
        before
    );

    let mut interrupted = 0;
    for i in 0..KILLS {
        // Another date each time: another edition, so that none is skipped as already published.
        let mut child = build(&format!("2026-09-{:02}", i + 1));
        std::thread::sleep(whole.mul_f64(1.05 * f64::from(i) / f64::from(KILLS)));
        let unfinished = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += u32::from(unfinished);

        let verified = gisement(&["verifier", donnees.to_str().unwrap()]).exits(0);
        let courant = std::fs::read_to_string(donnees.join("courant")).unwrap();
        assert!(
            verified.stdout.contains(&format!("{courant} (servie)")),
            "kill {i}: {}",
            verified.stdout
        );
        assert_eq!(server.get("/sante").0, 200, "kill {i}");
    }
    assert!(
        interrupted > KILLS / 2,
        "only {interrupted} of {KILLS} builds were interrupted"
    );

    // The next build cleans up after the dead ones and succeeds.
    construire(&sample(), &donnees).exits(0);
    assert_eq!(
        std::fs::read_to_string(donnees.join("courant")).unwrap(),
        before
    );
    let leftovers = std::fs::read_dir(donnees.join("editions"))
        .unwrap()
        .filter(|e| {
            e.as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with('.')
        })
        .count();
    assert_eq!(leftovers, 0);
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.json("/edition")["id"] != before.as_str() {
        assert!(
            Instant::now() < deadline,
            "the server never came back to {before}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}
