#!/usr/bin/env bash
# Fuzzes what reads hostile bytes, each target for a bounded time: bash scripts/fuzz.sh [seconds a target | construire]
# `construire` only compiles the targets.
# A crash leaves its input in target/fuzz/ and fails; once mended, the input joins tests/fuzz/corpus/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
outils_de_construction
besoin 'command -v g++' g++ 'compiler libFuzzer'
installer_manquants

demande=${1:-20}
cible=$(rustc -vV | sed -n 's/^host: //p')
# The flags of `cargo fuzz run --sanitizer none`: coverage counters, which stable Rust has. With an explicit target,
# build scripts and macros stay uninstrumented.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
  cargo build --release --locked --manifest-path tests/fuzz/Cargo.toml --target "$cible" --target-dir target/fuzz
if [ "$demande" = construire ]; then exit 0; fi
secondes=$demande
fuzzer() {
  local nom=$1
  dire "Fuzz : $nom, $secondes s"
  mkdir -p "target/fuzz/corpus/$nom"
  "target/fuzz/$cible/release/$nom" -max_total_time="$secondes" -timeout=20 -rss_limit_mb=2048 -max_len=32768 \
    -artifact_prefix="target/fuzz/$nom-" -print_final_stats=1 -verbosity=0 \
    "target/fuzz/corpus/$nom" "tests/fuzz/corpus/$nom" >"target/fuzz/$nom.log" 2>&1 ||
    { tail -n 40 "target/fuzz/$nom.log" >&2; return 1; }
  printf '%s : %s\n' "$nom" "$(grep 'stat::number_of_executed_units' "target/fuzz/$nom.log")"
}
# As many at once as there are cores.
en_cours=()
for nom in tests/fuzz/corpus/*/; do
  fuzzer "$(basename "$nom")" &
  en_cours+=($!)
  if [ ${#en_cours[@]} -ge "$(nproc)" ]; then
    wait "${en_cours[0]}"
    en_cours=("${en_cours[@]:1}")
  fi
done
for un in "${en_cours[@]}"; do wait "$un"; done
