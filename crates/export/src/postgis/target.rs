//! Where a database is, and what may be sent on the way to it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};

use super::{Error, Result};

/// Where `libpq` looks when no host is named.
const SOCKETS: &str = "/var/run/postgresql";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A database.
#[derive(Debug, Clone)]
pub struct Target(Config);

impl Target {
    /// Reads an address as `psql` takes it (`postgresql://…` or `host=… dbname=…`); the password is this one when the
    /// address has none.
    ///
    /// # Errors
    /// The address cannot be read, or asks for encryption, or would cross a network without.
    pub fn parse(address: &str, password: Option<&str>) -> Result<Self> {
        let mut config: Config = address.parse().map_err(|_| {
            // Modes that the library does not even know.
            if address.contains("sslmode=") {
                Error::Tls
            } else {
                Error::Address
            }
        })?;
        match config.get_ssl_mode() {
            SslMode::Disable => {}
            SslMode::Prefer => {
                if let Some(host) = distant(&config) {
                    return Err(Error::Clear(host));
                }
            }
            _ => return Err(Error::Tls),
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host(SOCKETS);
        }
        if let (None, Some(password)) = (config.get_password(), password) {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config
            .application_name("gisement")
            .ssl_mode(SslMode::Disable);
        Ok(Self(config))
    }

    pub(super) fn connect(&self) -> Result<Client> {
        self.0.connect(NoTls).map_err(|cause| Error::Connect {
            to: self.to_string(),
            cause,
        })
    }
}

/// The first host that is not this machine.
fn distant(config: &Config) -> Option<String> {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        let distant = addresses.iter().find(|a| !a.is_loopback());
        return distant.map(ToString::to_string);
    }
    config.get_hosts().iter().find_map(|host| match host {
        Host::Tcp(name) => {
            let local = name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback());
            (!local).then(|| name.clone())
        }
        #[cfg(unix)]
        Host::Unix(_) => None,
    })
}

/// The base and the host.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.0.get_dbname().or(self.0.get_user());
        write!(f, "« {} »", base.unwrap_or("base par défaut"))?;
        if let Some(Host::Tcp(name)) = self.0.get_hosts().first() {
            write!(f, " de {name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_crossed_in_clear_only_when_told_so() {
        for (address, good) in [
            ("dbname=foncier", true),
            ("host=/tmp user=a dbname=foncier", true),
            ("postgresql://a@localhost:5433/foncier", true),
            ("postgresql://a@127.0.0.1/foncier", true),
            ("host=localhost hostaddr=10.0.0.1", false),
            ("postgresql://a@sig.exemple.fr/foncier", false),
            (
                "postgresql://a@sig.exemple.fr/foncier?sslmode=disable",
                true,
            ),
            ("postgresql://a@localhost/foncier?sslmode=require", false),
            ("host=localhost sslmode=verify-full", false),
        ] {
            assert_eq!(Target::parse(address, None).is_ok(), good, "{address}");
        }
    }

    #[test]
    fn a_password_is_never_said() {
        let target = Target::parse("host=/nulle/part user=a password=motsecret", None).unwrap();
        let failed = target.connect().err().unwrap();
        for said in [
            format!("{target:?} {target}"),
            format!("{failed} {failed:?}"),
        ] {
            assert!(!said.contains("motsecret"), "{said}");
        }
        for bad in ["host=x mot secret", "postgresql://a:motsecret@h:port/b"] {
            let said = Target::parse(bad, None).unwrap_err();
            assert!(!format!("{said} {said:?}").contains("secret"), "{said}");
        }
    }

    #[test]
    fn the_password_of_the_address_comes_first() {
        let of = |address| Target::parse(address, Some("environnement")).unwrap().0;
        let said = of("host=/tmp password=adresse");
        assert_eq!(said.get_password(), Some(&b"adresse"[..]));
        assert_eq!(of("host=/tmp").get_password(), Some(&b"environnement"[..]));
    }
}
