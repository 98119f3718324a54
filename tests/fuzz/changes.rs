//! Changes of the inputs of a corpus, drawn from a seed: the same from one run to the next.

use std::path::Path;

/// Calls `test` with every input of a corpus, then with `n` changes of each.
pub(super) fn each(corpus: &str, n: u64, test: impl Fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(root.join(corpus))
        .expect("corpus")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let input = std::fs::read(&path).expect("input");
        test(&input);
        for seed in 0..n {
            test(&changed(&input, seed));
        }
    }
}

/// One to four places where bytes are replaced, taken out, repeated or put in.
fn changed(input: &[u8], seed: u64) -> Vec<u8> {
    /// What parsers trip over.
    const PUT_IN: [&[u8]; 10] = [
        b"\0",
        b"\"",
        b"\n",
        b";",
        b"{",
        b"[[",
        b"-",
        b"1e999",
        b"\xff",
        "é".as_bytes(),
    ];
    let mut state = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    // xorshift64*: from 0 to n - 1.
    let mut draw = |n: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n.max(1)
    };
    let mut bytes = input.to_vec();
    for _ in 0..=draw(4) {
        let at = draw(bytes.len() + 1);
        let end = (at + 1 + draw(16)).min(bytes.len());
        match draw(4) {
            0 => bytes[at..end].iter_mut().for_each(|b| *b = draw(256) as u8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.extend_from_within(at..end),
            _ => drop(bytes.splice(at..at, PUT_IN[draw(PUT_IN.len())].iter().copied())),
        }
    }
    bytes
}
