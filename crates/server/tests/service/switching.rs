//! A new edition while the old one is being read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use gisement_server::{ServerConfig, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Service, publish};

/// One request over a real connection: status and body.
async fn fetch(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: essai\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_edition_is_taken_up_without_a_failed_request() {
    let s = Service::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let config = ServerConfig {
        address: "127.0.0.1:0".parse().unwrap(),
        diffusion: None,
        programme: "essai".into(),
        metrics_key: None,
    };
    let folder = s.folder.clone();
    let server = tokio::spawn(serve(folder, config, move |a| tell.send(a).unwrap()));
    let address = told.await.unwrap();

    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = [
        "/edition",
        "/collections/parcelles/items?limit=50",
        "/recherche?q=ZB+1",
        "/sante",
    ]
    .into_iter()
    .map(|path| {
        let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let (status, text) = fetch(address, path).await;
                assert_eq!(status, 200, "{path}: {text}");
                done.fetch_add(1, Ordering::Relaxed);
            }
        })
    })
    .collect();

    let folder = s.folder.clone();
    tokio::task::spawn_blocking(move || publish(&folder, "2026-12-01-bbbb", 5_000))
        .await
        .unwrap();
    let mut turns = 0;
    while !fetch(address, "/sante").await.1.contains("2026-12-01-bbbb") {
        turns += 1;
        assert!(turns < 200, "the new edition was never served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for c in clients {
        c.await.unwrap();
    }
    let (status, measures) = fetch(address, "/metrics").await;
    assert_eq!(status, 200);
    let answered = "gisement_http_requests_total{route=\"/collections/{id}/items\",method=\"GET\",status=\"200\"} ";
    let line = measures.lines().find_map(|l| l.strip_prefix(answered));
    assert!(
        line.is_some_and(|n| n.parse::<u64>().unwrap() > 2),
        "{measures}"
    );
    assert!(
        measures.contains("gisement_process_resident_memory_bytes ") && measures.contains("# EOF")
    );
    assert!(done.load(Ordering::Relaxed) > 10);
    let old = fetch(
        address,
        "/editions/2026-11-01-aaaa/tiles/WebMercatorQuad/tilejson.json",
    )
    .await;
    assert_eq!(old.0, 200, "addresses of the previous edition keep working");
    let page = fetch(address, "/collections/parcelles/items?limit=1")
        .await
        .1;
    assert!(page.contains("\"contenance_m2\":5"), "{page}");

    // A name that leads nowhere leaves the last good edition in place.
    std::fs::write(s.folder.root().join("courant"), "2027-01-01-cccc").unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert!(fetch(address, "/sante").await.1.contains("2026-12-01-bbbb"));
    server.abort();
}

#[tokio::test]
async fn a_service_in_hand_keeps_its_edition() {
    let s = Service::new();
    publish(&s.folder, "2026-12-01-bbbb", 5_000);
    assert_eq!(
        s.json("/sante").await["edition"],
        "2026-11-01-aaaa",
        "nothing watches without a server"
    );
    let other = s
        .get(
            "/editions/2026-12-01-bbbb/tiles/WebMercatorQuad/tilejson.json",
            &[],
        )
        .await;
    assert_eq!(
        other.status,
        StatusCode::OK,
        "any published edition has addresses"
    );
}
