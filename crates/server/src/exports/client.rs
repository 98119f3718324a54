//! Who asks: the address that caps are counted for.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The address of a client; of its network where it has many (IPv6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |c| c.0.ip());
        let forwarded = parts
            .headers
            .get("x-forwarded-for")
            .and_then(|v| v.to_str().ok());
        Ok(Self(of(peer, forwarded)))
    }
}

/// A proxy on this machine says who asked it: the last address of the list is the one it saw itself, those before it
/// are what the client claims.
fn of(peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
    let said = forwarded
        .filter(|_| peer.is_loopback())
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    match said.unwrap_or(peer) {
        // A subscriber has 2⁶⁴ addresses.
        IpAddr::V6(a) if !a.is_loopback() => {
            let [w, x, y, z, ..] = a.segments();
            a.to_ipv4_mapped().map_or(
                IpAddr::V6(Ipv6Addr::new(w, x, y, z, 0, 0, 0, 0)),
                IpAddr::V4,
            )
        }
        a => a,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_this_machine_is_believed_and_only_of_what_it_saw() {
        let check = |peer: &str, forwarded: Option<&str>, expected: &str| {
            let got = of(peer.parse().unwrap(), forwarded);
            assert_eq!(got, expected.parse::<IpAddr>().unwrap());
        };
        check("192.0.2.1", None, "192.0.2.1");
        check("192.0.2.1", Some("198.51.100.7"), "192.0.2.1");
        check("127.0.0.1", Some("198.51.100.7"), "198.51.100.7");
        check("127.0.0.1", Some("10.0.0.1, 198.51.100.7"), "198.51.100.7");
        check("127.0.0.1", Some("n’importe quoi"), "127.0.0.1");
        check("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::");
        check("::ffff:192.0.2.1", None, "192.0.2.1");
        check("::1", None, "::1");
    }
}
