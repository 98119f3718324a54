//! `/metrics`: what a supervisor counts (OpenMetrics, which Prometheus reads). For the machine itself or whoever has the key.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::{Extension, extract};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::answer;
use crate::problem::Problem;
use crate::state::State;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Headers by which a proxy says that the request is not its own.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];
/// Bounds of the times counted, seconds: around the budgets of design §9.
const TIMES: [f64; 11] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    /// The address without what varies in it, so that clients cannot make new series.
    route: String,
    method: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lookup {
    found: &'static str,
}

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    key: Option<blake3::Hash>,
    requests: Family<Asked, Counter>,
    times: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    tiles: Family<Lookup, Counter>,
}

impl Metrics {
    /// `key` opens `/metrics` to other machines.
    pub(crate) fn new(key: Option<&str>) -> Self {
        let mut registry = Registry::with_prefix("gisement");
        let new_times: fn() -> Histogram = || Histogram::new(TIMES);
        let this = Self {
            key: key.map(|k| blake3::hash(k.as_bytes())),
            requests: Family::default(),
            times: Family::new_with_constructor(new_times),
            in_flight: Gauge::default(),
            tiles: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "http_requests",
            "Requêtes, par route, méthode et statut",
            this.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Durée des réponses",
            Unit::Seconds,
            this.times.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requêtes en cours",
            this.in_flight.clone(),
        );
        registry.register(
            "tile_lookups",
            "Tuiles trouvées ou non dans le cache",
            this.tiles.clone(),
        );
        registry.register_collector(Box::new(Process));
        Self { registry, ..this }
    }

    /// A tile was asked of the cache.
    pub(crate) fn tile(&self, cached: bool) {
        let found = if cached { "oui" } else { "non" };
        self.tiles.get_or_create(&Lookup { found }).inc();
    }

    fn opens(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        if peer.is_some_and(|ip| ip.to_canonical().is_loopback()) && !forwarded {
            return true;
        }
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.as_bytes().strip_prefix(b"Bearer "));
        // Hashes are compared in constant time.
        given
            .zip(self.key)
            .is_some_and(|(given, key)| blake3::hash(given) == key)
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(
    extract::State(state): extract::State<State>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let metrics = state.metrics();
    if !metrics.opens(peer.map(|Extension(ConnectInfo(at))| at.ip()), &headers) {
        return Err(Problem::forbidden(
            "Les mesures se lisent de la machine elle-même, ou avec la clé de GISEMENT_CLE_METRIQUES \
             (Authorization: Bearer).",
        ));
    }
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(Problem::internal)?;
    let mut response = answer::typed(OPEN_METRICS, text.into_bytes());
    let never = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    Ok(response)
}

/// Counts every request.
pub(crate) async fn observe(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("autre", MatchedPath::as_str)
        .to_owned();
    let method = request.method().to_string();
    let metrics = state.metrics();
    let flight = Flight::new(&metrics.in_flight);
    let start = Instant::now();
    let response = next.run(request).await;
    drop(flight);
    count(
        metrics,
        route,
        method,
        response.status().as_u16(),
        start.elapsed(),
    );
    response
}

fn count(m: &Metrics, route: String, method: String, status: u16, time: Duration) {
    let of = Route {
        route: route.clone(),
    };
    m.times.get_or_create(&of).observe(time.as_secs_f64());
    let asked = Asked {
        route,
        method,
        status,
    };
    m.requests.get_or_create(&asked).inc();
}

/// A request being answered; one whose client leaves is no longer.
struct Flight<'a>(&'a Gauge);

impl<'a> Flight<'a> {
    fn new(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The process, read when asked. Nothing on systems without `/proc`.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        if let Some(bytes) = resident() {
            let gauge = ConstGauge::new(bytes);
            let (name, help) = ("process_resident_memory", "Mémoire résidente");
            let at =
                encoder.encode_descriptor(name, help, Some(&Unit::Bytes), gauge.metric_type())?;
            gauge.encode(at)?;
        }
        if let Some(seconds) = processor() {
            let counter = ConstCounter::new(seconds);
            let (name, help) = ("process_cpu", "Temps de processeur");
            let at = encoder.encode_descriptor(
                name,
                help,
                Some(&Unit::Seconds),
                counter.metric_type(),
            )?;
            counter.encode(at)?;
        }
        Ok(())
    }
}

/// Resident memory, bytes.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok()? * 1024)
}

/// Processor time, seconds.
fn processor() -> Option<f64> {
    /// `/proc` counts in these, on every machine (`USER_HZ`).
    const PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the process, between parentheses, may hold spaces: fields are counted after it.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_measured() {
        assert!(resident().is_some_and(|b| b > 1 << 20));
        assert!(processor().is_some_and(|s| s >= 0.0));
    }

    #[test]
    fn measures_are_for_the_machine_or_the_key() {
        let open = |peer: Option<&str>, headers: &[(&'static str, &str)]| {
            let peer = peer.map(|p| p.parse().unwrap());
            let mut all = HeaderMap::new();
            for (name, value) in headers {
                all.insert(*name, value.parse().unwrap());
            }
            Metrics::new(Some("sésame-42")).opens(peer, &all)
        };
        assert!(open(Some("127.0.0.1"), &[]) && open(Some("::1"), &[]));
        assert!(open(Some("::ffff:127.0.0.1"), &[]));
        assert!(!open(None, &[]) && !open(Some("192.168.1.7"), &[]));
        // A proxy on the same machine speaks for others.
        assert!(!open(Some("127.0.0.1"), &[("x-forwarded-for", "8.8.8.8")]));
        let key = ("authorization", "Bearer sésame-42");
        assert!(open(Some("192.168.1.7"), &[key]));
        assert!(open(
            Some("127.0.0.1"),
            &[key, ("x-forwarded-for", "8.8.8.8")]
        ));
        for wrong in ["Bearer sésame", "Bearer ", "sésame-42", "Basic sésame-42"] {
            assert!(
                !open(Some("192.168.1.7"), &[("authorization", wrong)]),
                "{wrong}"
            );
        }
        let closed = Metrics::new(None);
        assert!(!closed.opens(None, &HeaderMap::new()));
    }
}
