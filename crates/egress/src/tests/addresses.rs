//! Which addresses are refused, however they are written.

use std::net::IpAddr;

use super::{client, egress, fixed};
use crate::address::{Class, classify};
use crate::{AllowList, Egress, Error, Policy, Purpose, Request};
use std::sync::atomic::Ordering;

#[test]
fn addresses_are_what_they_are() {
    let cases = [
        ("8.8.8.8", Class::Public),
        ("172.15.0.1", Class::Public),
        ("100.63.0.1", Class::Public),
        ("2606:4700::1111", Class::Public),
        ("127.8.9.1", Class::Loopback),
        ("::1", Class::Loopback),
        ("::ffff:127.0.0.1", Class::Loopback),
        ("10.0.0.1", Class::Private),
        ("172.31.255.255", Class::Private),
        ("192.168.1.1", Class::Private),
        ("fd12::1", Class::Private),
        ("169.254.1.1", Class::LinkLocal),
        ("fe80::1", Class::LinkLocal),
        ("fec0::1", Class::LinkLocal),
        ("169.254.169.254", Class::Metadata),
        ("::ffff:169.254.169.254", Class::Metadata),
        ("100.100.100.200", Class::Metadata),
        ("fd00:ec2::254", Class::Metadata),
        ("100.64.0.1", Class::CarrierNat),
        ("224.0.0.1", Class::Multicast),
        ("ff02::1", Class::Multicast),
        ("0.0.0.0", Class::Unspecified),
        ("0.1.2.3", Class::Unspecified),
        ("::", Class::Unspecified),
        ("::127.0.0.1", Class::Embedded),
        ("64:ff9b::7f00:1", Class::Embedded),
        ("64:ff9b:1::7f00:1", Class::Embedded),
        ("2002:7f00:1::", Class::Embedded),
        ("2001:0:1::1", Class::Embedded),
        ("198.18.0.1", Class::Reserved),
        ("203.0.113.9", Class::Reserved),
        ("255.255.255.255", Class::Reserved),
        ("2001:db8::1", Class::Reserved),
        ("100::1", Class::Reserved),
        ("3fff::1", Class::Reserved),
    ];
    for (text, class) in cases {
        assert_eq!(classify(text.parse().unwrap()), class, "{text}");
    }
}

#[test]
fn the_list_is_read_and_keeps_its_limits() {
    let list: AllowList = "loopback, 10.1.0.0/16 [fd12::5] Ollama.LAN *.corp.example".parse().unwrap();
    let permits = |host: &str, ip: &str| list.permits(host, ip.parse::<IpAddr>().unwrap());
    assert!(permits("x", "127.0.0.1"));
    assert!(permits("x", "::ffff:10.1.2.3"));
    assert!(!permits("x", "10.2.0.1"));
    assert!(permits("x", "fd12::5"));
    assert!(permits("ollama.lan.", "192.168.0.9"));
    assert!(permits("a.corp.example", "100.64.0.1"));
    assert!(!permits("corp.example", "192.168.0.9"));
    assert!(!permits("evilcorp.example", "192.168.0.9"));
    // A name never opens these, whatever it resolves to.
    for ip in ["169.254.169.254", "169.254.0.1", "0.0.0.0", "224.0.0.1", "64:ff9b::1"] {
        assert!(!permits("ollama.lan", ip), "{ip}");
        assert!(!AllowList::model_default().permits("x", ip.parse().unwrap()), "{ip}");
    }
    let listed: AllowList = "169.254.169.254".parse().unwrap();
    assert!(listed.permits("x", "169.254.169.254".parse().unwrap()));
    for wrong in ["10.0.0.0/33", "http://x/", "a:80", "*", "a*b", "user@host"] {
        assert!(wrong.parse::<AllowList>().is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_passes() {
    let egress = egress("", &[("localhost", &["127.0.0.1", "::1"]), ("inner.test", &["10.0.0.9"]), ("meta.test", &["169.254.169.254"])]);
    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://0/",
        "http://①②⑦.0.0.1/",
        "http://127%2e0.0.1/",
        "http://127。0。0。1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http:/\\127.0.0.1\\@public.test/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://inner.test/",
        "http://meta.test/",
    ] {
        let refused = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
        assert_eq!(refused.code(), "egress_refused", "{url}: {refused}");
        let early = egress.check(Purpose::Tool, url).await.unwrap_err();
        assert_eq!(early.code(), "egress_refused", "{url}: {early}");
    }
}

#[tokio::test]
async fn urls_that_hide_their_host_are_invalid() {
    let egress = egress("", &[]);
    for url in [
        "http://public.test@127.0.0.1/",
        "http://user:pw9@public.test/",
        "file:///etc/passwd",
        "gopher://public.test/",
        "data:text/plain,x",
        "//public.test/",
        "http://",
        "http://[::1%25eth0]/",
        "http://256.0.0.1/",
        "http://a b/",
        "",
    ] {
        let error = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
        assert_eq!(error.code(), "egress_invalid", "{url}: {error}");
        assert!(!error.to_string().contains("pw9"), "{error}");
    }
}

#[tokio::test]
async fn a_model_may_be_local_but_never_metadata() {
    let (address, _seen) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    let egress = egress("", &[("meta.test", &["169.254.169.254"])]);
    let url = format!("http://{address}/");
    assert_eq!(egress.send(Purpose::Model, Request::get(&url)).await.unwrap().status, 204);
    assert_eq!(egress.send(Purpose::Tool, Request::get(&url)).await.unwrap_err().code(), "egress_refused");
    for url in ["http://169.254.169.254/", "http://meta.test/", "http://[fd00:ec2::254]/"] {
        let error = egress.send(Purpose::Model, Request::get(url)).await.unwrap_err();
        assert_eq!(error.code(), "egress_refused", "{url}");
    }
    let strict = Policy { model_allow: AllowList::none(), ..Policy::default() };
    let error = Egress::new(&strict).unwrap().send(Purpose::Model, Request::get(&url)).await.unwrap_err();
    assert_eq!(error.code(), "egress_refused");
}

#[tokio::test]
async fn only_the_allowed_addresses_of_a_name_are_used() {
    // The refused address comes first and would answer; the listed one is where nobody
    // listens. A client that used the whole answer would get a response.
    let (address, mut seen) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    let names = super::Names::of(&[("mixed.test", &["127.0.0.1", "127.0.0.77"])]);
    let egress = client("127.0.0.77", names.clone());
    let url = format!("http://mixed.test:{}/", address.port());
    let error = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
    assert_eq!(error.code(), "egress_connect");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1, "resolved once");
    assert!(seen.try_recv().is_err(), "nobody connected to the refused address");
}

#[tokio::test]
async fn unknown_names_and_closed_ports_say_so() {
    let egress = egress("127.0.0.1", &[]);
    let error = egress.send(Purpose::Tool, Request::get("http://nowhere.test/?key=s3cret")).await.unwrap_err();
    assert_eq!(error, Error::Dns { host: "nowhere.test".into() });
    let error = egress.send(Purpose::Tool, Request::get("http://127.0.0.1:9/?key=s3cret")).await.unwrap_err();
    assert_eq!(error.code(), "egress_connect");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_does_not_open_inner_addresses() {
    let (proxy, mut seen) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproxy").await;
    let policy = Policy {
        proxy: Some(format!("http://{proxy}").into()),
        resolver: super::Names::of(&[("inner.test", &["10.0.0.9"]), ("localhost", &["127.0.0.1"])]),
        ..Policy::default()
    };
    let egress = Egress::new(&policy).unwrap();
    for url in ["http://inner.test/", "http://10.0.0.9/", &format!("http://{proxy}/"), "http://localhost/"] {
        let error = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
        assert_eq!(error.code(), "egress_refused", "{url}");
    }
    assert!(seen.try_recv().is_err(), "nothing reached the proxy");
    let answer = egress.send(Purpose::Tool, Request::get("http://outside.test/")).await.unwrap();
    assert_eq!(answer.body.bytes().await.unwrap(), "proxy");
    assert!(super::next_request(&mut seen).starts_with("GET http://outside.test/ HTTP/1.1"));
}

#[test]
fn a_broken_proxy_or_ca_stops_the_start() {
    let proxy = Policy { proxy: Some("not a url".to_owned().into()), ..Policy::default() };
    let ca = Policy { ca_pem: Some(b"no pem".to_vec()), ..Policy::default() };
    for policy in [proxy, ca] {
        assert_eq!(Egress::new(&policy).unwrap_err().code(), "egress_setup");
    }
}
