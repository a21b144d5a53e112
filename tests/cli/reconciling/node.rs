//! A node of our own on the loopback that says what a real one once said (fixtures/node), or answers otherwise where a test
//! wants it to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Who is let in.
pub(crate) const WHO: &str = "__cookie__:0f1e2d3c";

/// What a node said, digit by digit. All coins are worth nothing: the chain is one that anybody makes on a machine (regtest).
#[derive(Clone)]
pub(crate) struct Recording(BTreeMap<String, Box<RawValue>>);

impl Recording {
    pub(crate) fn read(name: &str) -> Recording {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/node").join(name);
        Recording(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn part(&self, name: &str) -> BTreeMap<String, Box<RawValue>> {
        serde_json::from_str(self.0[name].get()).unwrap()
    }

    /// The descriptors that the wallet has.
    pub(crate) fn descriptors(&self) -> Vec<String> {
        self.part("getdescriptorinfo").into_keys().collect()
    }

    /// The script of a coin that the wallet has.
    pub(crate) fn first_script(&self) -> String {
        let scan: Value = serde_json::from_str(self.0["scantxoutset"].get()).unwrap();
        scan["unspents"][0]["scriptPubKey"].as_str().unwrap().to_owned()
    }

    /// The same chain so many blocks longer, in which nothing happens. These blocks are synthetic, and others by another mark.
    pub(crate) fn grown(mut self, by: u64, mark: char) -> Recording {
        let mut headers = self.headers();
        let mut last = headers.last().unwrap().clone();
        for nth in 1..=by {
            last["hash"] = json!(format!("{mark}{nth:063x}"));
            last["height"] = json!(last["height"].as_u64().unwrap() + 1);
            headers.push(last.clone());
        }
        let mut set = |part: &str, fields: &[(&str, &Value)]| {
            // Amounts keep the digits that they have.
            let mut said: BTreeMap<String, Box<RawValue>> = self.part(part);
            let fields = fields.iter().map(|(name, value)| (name.to_string(), raw(&value.to_string())));
            said.extend(fields);
            self.0.insert(part.to_owned(), raw(&serde_json::to_string(&said).unwrap()));
        };
        set("getblockchaininfo", &[("blocks", &last["height"]), ("headers", &last["height"])]);
        set("scantxoutset", &[("height", &last["height"]), ("bestblock", &last["hash"])]);
        self.0.insert("headers".to_owned(), raw(&Value::from(headers).to_string()));
        self
    }

    fn headers(&self) -> Vec<Value> {
        serde_json::from_str(self.0["headers"].get()).unwrap()
    }

    /// What is answered to a call.
    fn answer(&self, method: &str, params: &Value) -> Answer {
        let (unknown, text) =
            ("Block not found", |at: usize| params[at].as_str().unwrap_or_default().to_owned());
        let found = |part: &str, key: &str| self.part(part).get(key).map(|raw| raw.get().to_owned());
        let headers = self.headers();
        let by_hash = |hash: &str| headers.iter().find(|header| header["hash"] == hash);
        match method {
            "getblockchaininfo" | "scantxoutset" => Answer::Result(self.0[method].get().to_owned()),
            "getblockhash" => match headers.get(usize::try_from(params[0].as_u64().unwrap()).unwrap()) {
                Some(header) => Answer::Result(header["hash"].to_string()),
                None => Answer::Error(-8, "Block height out of range"),
            },
            "getblockheader" => match by_hash(&text(0)) {
                Some(header) => Answer::Result(header.to_string()),
                None => Answer::Error(-5, unknown),
            },
            "getdescriptorinfo" => match found(method, &text(0)) {
                Some(info) => Answer::Result(info),
                None => Answer::Error(-5, "wpkh(): key 'foo' is not valid"),
            },
            "getdescriptoractivity" => {
                let hashes: Vec<&str> =
                    params[0].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
                if hashes.iter().any(|hash| by_hash(hash).is_none()) {
                    return Answer::Error(-5, unknown);
                }
                let all = hashes.iter().filter_map(|hash| found(method, hash));
                let all: Vec<String> =
                    all.map(|list| list.trim()[1..list.trim().len() - 1].to_owned()).collect();
                Answer::Result(format!("{{\"activity\": [{}]}}", all.join(",")))
            }
            // It keeps no filters, but has some to say what they would.
            "getindexinfo" => Answer::Result("{}".to_owned()),
            "scanblocks" => {
                let all: Vec<String> = self.part("getdescriptoractivity").into_keys().collect();
                Answer::Result(json!({"from_height": params[2], "to_height": params[3], "relevant_blocks": all, "completed": true}).to_string())
            }
            "deriveaddresses" | "validateaddress" => Answer::Result(found(method, &text(0)).unwrap()),
            _ => Answer::Error(-32601, "Method not found"),
        }
    }
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

/// What a node answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A result, as it stands in the reply.
    Result(String),
    /// An error of JSON-RPC.
    Error(i64, &'static str),
    /// Something else, whatever was asked: a status and a body.
    Http(u16, &'static str),
    /// Half a reply.
    Cut,
}

impl Answer {
    /// The same with its result changed, if it is one.
    pub(crate) fn with(self, change: impl FnOnce(String) -> String) -> Answer {
        if let Answer::Result(text) = self { Answer::Result(change(text)) } else { self }
    }

    /// The same with a field of its result changed.
    pub(crate) fn with_field(self, change: impl FnOnce(&mut Value)) -> Answer {
        self.with(|text| {
            let mut said: Value = serde_json::from_str(&text).unwrap();
            change(&mut said);
            said.to_string()
        })
    }
}

/// What a test makes of an answer: the method, the so manieth call of it, and what would be answered.
pub(crate) type Twist = Box<dyn Fn(&str, usize, Answer) -> Answer + Send>;

/// A node that listens until it is dropped.
pub(crate) struct Node {
    pub(crate) url: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    recording: Mutex<Recording>,
    twist: Mutex<Option<Twist>>,
    calls: Mutex<BTreeMap<String, usize>>,
    is_over: AtomicBool,
}

impl Node {
    pub(crate) fn new() -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            recording: Mutex::new(Recording::read("before.json")),
            twist: Mutex::new(None),
            calls: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.is_over.load(Ordering::SeqCst) {
                    return;
                }
                // A client that went away wants no reply.
                let _gone = of_thread.serve(stream.unwrap());
            }
        });
        Node { url, shared, thread: Some(thread) }
    }

    /// Goes on with another recording.
    pub(crate) fn becomes(&self, recording: Recording) {
        *self.shared.recording.lock().unwrap() = recording;
    }

    /// Answers otherwise from now on.
    pub(crate) fn twists(&self, twist: impl Fn(&str, usize, Answer) -> Answer + Send + 'static) {
        self.shared.calls.lock().unwrap().clear();
        *self.shared.twist.lock().unwrap() = Some(Box::new(twist));
    }

    /// How often a method was called since then.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.shared.calls.lock().unwrap().get(method).copied().unwrap_or(0)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.url.trim_start_matches("http://"));
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut length, mut who) = (0, String::new());
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "authorization" => who = value.to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        if who != format!("Basic {}", STANDARD.encode(WHO)) {
            return reply(stream, 401, "");
        }
        let asked: Value = serde_json::from_slice(&body)?;
        match asked.as_array() {
            None => match self.answer(&asked) {
                Ok(text) => reply(stream, 200, &text),
                Err(other) => otherwise(stream, &other),
            },
            Some(all) => {
                match all.iter().map(|one| self.answer(one)).collect::<Result<Vec<String>, Answer>>() {
                    // The order of replies says nothing.
                    Ok(all) => reply(
                        stream,
                        200,
                        &format!("[{}]", all.into_iter().rev().collect::<Vec<_>>().join(",")),
                    ),
                    Err(other) => otherwise(stream, &other),
                }
            }
        }
    }

    /// The reply to a call, or what is sent whatever was asked.
    fn answer(&self, call: &Value) -> Result<String, Answer> {
        let method = call["method"].as_str().unwrap();
        let nth = {
            let mut calls = self.calls.lock().unwrap();
            let nth = calls.entry(method.to_owned()).or_insert(0);
            *nth += 1;
            *nth
        };
        let usual = self.recording.lock().unwrap().answer(method, &call["params"]);
        let answer = match &*self.twist.lock().unwrap() {
            Some(twist) => twist(method, nth, usual),
            None => usual,
        };
        if let Answer::Result(text) = answer {
            Ok(format!(r#"{{"jsonrpc":"2.0","id":{},"result":{text}}}"#, call["id"]))
        } else if let Answer::Error(code, message) = answer {
            let error = json!({"code": code, "message": message});
            Ok(json!({"jsonrpc": "2.0", "id": call["id"], "error": error}).to_string())
        } else {
            Err(answer)
        }
    }
}

fn otherwise(mut stream: TcpStream, answer: &Answer) -> std::io::Result<()> {
    if let Answer::Http(status, body) = answer {
        return reply(stream, *status, body);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"result\":")
}

fn reply(mut stream: TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    let away = if status == 302 { "Location: http://127.0.0.1:1/\r\n" } else { "" };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} -\r\n{away}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}
