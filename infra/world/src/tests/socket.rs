use super::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn send(address: SocketAddr) -> std::io::Result<String> {
    let body = json!({"to": ANA, "body": "Oi"}).to_string();
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let head =
        "POST /whapi/messages/text HTTP/1.1\r\nhost: gate\r\nconnection: close\r\nauthorization: Bearer whapi token";
    stream.write_all(format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn lost_answers_close_the_connection_and_refusal_the_port() {
    let outside = outside();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let world = outside.world.clone();
    let server = tokio::spawn(async move { world.serve(listener).await });

    assert!(send(address).await.unwrap().starts_with("HTTP/1.1 200 OK"));
    outside.world.set_fault(FaultRule::times(FaultKind::AnswerLost, 1));
    assert_eq!(send(address).await.unwrap(), "", "not a byte of an answer");
    assert_eq!(outside.world.sent().len(), 2, "accepted all the same");

    let refused = outside.world.set_fault(FaultRule::always(FaultKind::RefuseConnection));
    let kind = loop {
        tokio::task::yield_now().await;
        match TcpStream::connect(address).await {
            Ok(_) => {}
            Err(error) => break error.kind(),
        }
    };
    assert_eq!(kind, std::io::ErrorKind::ConnectionRefused);
    outside.world.clear_fault(Some(refused));
    let answer = loop {
        tokio::task::yield_now().await;
        if let Ok(answer) = send(address).await {
            break answer;
        }
    };
    assert!(answer.starts_with("HTTP/1.1 200 OK"));
    server.abort();
}

#[tokio::test]
async fn a_caller_who_goes_away_before_the_request_arrives_has_sent_nothing() {
    let outside = outside();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let world = outside.world.clone();
    let server = tokio::spawn(async move { world.serve(listener).await });

    outside.world.set_habits(Habits { on_the_way: 200, ..outside.world.habits() });
    let killed = tokio::time::timeout(Duration::from_millis(50), send(address)).await;
    assert!(killed.is_err(), "it was still on its way");
    assert!(send(address).await.unwrap().starts_with("HTTP/1.1 200 OK"));
    assert_eq!(outside.world.sent().len(), 1);
    server.abort();
}
