//! SIGTERM: what is under way ends, nothing new begins.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

use crate::{
    client::Answer,
    on_both,
    shop::{Order, Shop, bought},
};

on_both! {
    fn a_server_that_is_told_to_stop_ends_what_is_under_way_and_takes_nothing_new(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 10);
        let mut idle = TcpStream::connect(server.address).unwrap();
        let body = r#"{"email":"bob@example.com","name":"Bob","password":"correct horse battery staple"}"#;
        let (first, rest) = body.split_at(20);
        let mut under_way = half_sent(server.address, body.len(), first);
        server.terminate();
        while TcpStream::connect(server.address).is_ok() {}
        assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0, "who asks nothing is let go");
        under_way.get_mut().write_all(rest.as_bytes()).unwrap();
        let answer = Answer::read(&mut under_way).unwrap();
        assert_eq!((answer.status, answer.header("connection")), (201, Some("close")), "{answer:?}");
        assert!(server.ended().success());
        instance.is_in_order();

        let server = instance.serve();
        assert_eq!(shop.available(server.address), 10);
    }

    fn a_call_in_the_middle_of_its_effect_is_ended_and_charged_before_the_server_stops(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 10);
        let order = Order::Ask("the last one".to_owned());
        shop.outside.keep_waiting("the last one");
        let asking = std::thread::spawn({
            let (mut buyer, order) = (shop.buyer(server.address), order.clone());
            move || buyer.order(&order).unwrap()
        });
        shop.outside.await_asked("the last one");
        assert_eq!(shop.balance(server.address), (9, 1), "it is held");
        server.terminate();
        while TcpStream::connect(server.address).is_ok() {}
        // Takes longer than to stop would, if nothing were waited for.
        instance.is_in_order();
        shop.outside.answer_all();
        let answer = asking.join().unwrap();
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
        let usage = bought(&order, answer);
        assert!(server.ended().success());
        instance.is_in_order();

        let server = instance.serve();
        assert_eq!(shop.available(server.address), 9);
        assert_eq!(shop.usage(server.address), HashSet::from([usage.clone()]));
        assert_eq!(bought(&order, shop.buyer(server.address).order(&order).unwrap()), usage);
        assert_eq!(shop.outside.asked_once_each().len(), 1);
    }

    fn a_call_whose_client_has_gone_is_ended_and_charged_before_the_server_stops(instance: Instance) {
        let server = instance.serve();
        let shop = Shop::open(server.address, 10);
        shop.outside.keep_waiting("nobody's");
        drop(asking(server.address, &shop, "nobody's"));
        server.terminate();
        while TcpStream::connect(server.address).is_ok() {}
        // Takes longer than to stop would, if nothing were waited for.
        instance.is_in_order();
        shop.outside.answer_all();
        assert!(server.ended().success());
        instance.is_in_order();

        let server = instance.serve();
        assert_eq!((shop.available(server.address), shop.usage(server.address).len()), (9, 1));
    }
}

/// A connection on which the call of a flow with effects was sent, and the outside asked.
fn asking(server: SocketAddr, shop: &Shop, order: &str) -> TcpStream {
    let ([_, _, key], body) = (shop.credentials(), format!("{{\"order\":\"{order}\"}}"));
    let mut connection = TcpStream::connect(server).unwrap();
    let request = format!(
        "POST /v1/flows/ask/call HTTP/1.1\r\nhost: {server}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(request.as_bytes()).unwrap();
    shop.outside.await_asked(order);
    connection
}

/// A sign-up whose body the server has begun to read.
fn half_sent(server: SocketAddr, length: usize, first: &str) -> BufReader<TcpStream> {
    let mut connection = BufReader::new(TcpStream::connect(server).unwrap());
    let head = format!(
        "POST /v1/auth/sign-up HTTP/1.1\r\nhost: {server}\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    connection.get_mut().write_all(head.as_bytes()).unwrap();
    let mut line = String::new();
    connection.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    connection.read_line(&mut line).unwrap();
    connection.get_mut().write_all(first.as_bytes()).unwrap();
    connection
}
