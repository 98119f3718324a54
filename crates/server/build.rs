//! Says when the embedded map must be read again: the macro that embeds it sees changed files, not new ones.

fn main() {
    let map = "../../web/dist";
    // A path that does not exist is "always changed" for cargo, which is what is wanted: the map may be built next.
    let _ = std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("cargo::rerun-if-changed={map}\ncargo::rerun-if-changed=build.rs\n").as_bytes(),
    );
}
