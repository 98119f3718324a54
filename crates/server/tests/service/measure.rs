//! Speed, by hand: `cargo test --release -p gisement-server --test service -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use crate::fixture::{ORIGIN, STEP, Service};

#[tokio::test]
#[ignore = "a measure, not a check"]
async fn speed() {
    let side = std::env::var("SIDE")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(316);
    let s = Service::of(side);
    let all = side as f64 * STEP;
    let at =
        |dx: f64, dy: f64| gisement_model::crs::lambert93_to_lonlat(ORIGIN.0 + dx, ORIGIN.1 + dy);
    for z in [13u8, 14, 15, 16] {
        for (encoding, name) in [("", "brut"), ("gzip", "gzip"), ("br", "br")] {
            let mut tiles = std::collections::BTreeSet::new();
            for i in 0..12 {
                for j in 0..12 {
                    let (lon, lat) = at(
                        all * (0.2 + f64::from(i) * 0.05),
                        all * (0.2 + f64::from(j) * 0.05),
                    );
                    let (x, y) = gisement_model::crs::lonlat_to_world(lon, lat);
                    tiles.insert((y >> (32 - z), x >> (32 - z)));
                }
            }
            let mut bytes = 0;
            let (started, cpu) = (Instant::now(), cpu_time());
            for (y, x) in &tiles {
                let a = s
                    .get(
                        &format!("/tiles/WebMercatorQuad/{z}/{y}/{x}"),
                        &[("accept-encoding", encoding)],
                    )
                    .await;
                bytes += a.body.len();
            }
            let (took, cpu) = (started.elapsed(), cpu_time().saturating_sub(cpu));
            println!(
                "z{z} {name}: {} tuiles, {:?} par tuile (processeur {:?}), {} octets en moyenne",
                tiles.len(),
                took / tiles.len() as u32,
                cpu / tiles.len() as u32,
                bytes / tiles.len()
            );
        }
    }
    let (w, so) = at(all * 0.3, all * 0.3);
    let (e, n) = at(all * 0.3 + 1_400.0, all * 0.3 + 1_400.0);
    let page = format!("/collections/parcelles/items?limit=1000&bbox={w},{so},{e},{n}");
    for path in [
        page.as_str(),
        "/collections/parcelles/items?limit=1000",
        "/collections/parcelles/items?limit=10",
        "/collections/parcelles/items?limit=1000&offset=90000",
        "/collections/parcelles/items?limit=10&filter=utile_m2%3E800%20AND%20NOT%20(contenance_m2%3C5000)",
        "/collections/parcelles/items?limit=10&filter=CASEI(zone_libelle)%20LIKE%20casei('%25ACT%25')",
        "/collections/parcelles/items?limit=10&sortby=-contenance_m2",
        "/collections/parcelles/items?limit=1000&crs=EPSG:2154",
        "/recherche?q=ZB+1",
        "/recherche?q=ZB+1",
        "/fiches/34901000ZB0001",
        "/collections/parcelles/items/34901000ZB0001",
    ] {
        let started = Instant::now();
        let a = s.get(path, &[]).await;
        let first = started.elapsed();
        let (started, cpu) = (Instant::now(), cpu_time());
        for _ in 0..20 {
            s.get(path, &[]).await;
        }
        println!(
            "{path}: {} octets, {first:?} puis {:?} (processeur {:?})",
            a.body.len(),
            started.elapsed() / 20,
            cpu_time().saturating_sub(cpu) / 20
        );
    }
}

/// Processor time of this process so far; wall time says little on a shared machine.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
