//! JSON-RPC over HTTP. A call that changes nothing may be made again; none of those here changes anything.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_core::evidence::Sha256Hex;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use ureq::Agent;

use super::address::Address;
use super::fault::{Told, refused, unauthorised, unexpected, unreachable};
use super::reply::{
    Activities, Activity, Chain, Derived, Descriptor, Filtered, Filters, Header, Known, Scan,
};
use crate::diagnostic::Failure;

/// How long a node may take to be reached, and to answer. Looking through all coins of the main chain takes minutes.
const REACHED_WITHIN: Duration = Duration::from_secs(10);
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
const LOOKED_THROUGH_WITHIN: Duration = Duration::from_secs(1_800);
/// The calls that look through coins or blocks.
const LOOKING_THROUGH: &[&str] = &["scantxoutset", "scanblocks", "getdescriptoractivity"];
/// How much a reply may be.
const BYTES_MOST: u64 = 1 << 30;
/// How many calls go together, and how many blocks are looked through in one.
const TOGETHER: usize = 1_000;
const BLOCKS: usize = 250;

/// What nodes call the filters of blocks.
const FILTERS: &str = "basic block filter index";

/// A node that can be asked.
pub(crate) struct Client {
    address: Address,
    agent: Agent,
    /// The header that lets us in, and the file it is from.
    authorisation: Option<(String, String)>,
}

/// A reply of JSON-RPC, in either version.
#[derive(Deserialize)]
struct Reply<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<Told>,
}

impl Client {
    /// A node at an address, with the file that says who may ask: `user:password`, as a node writes it into `.cookie`.
    ///
    /// # Errors
    /// When the file cannot be read or says something else.
    pub(crate) fn new(address: Address, cookie: Option<&Path>) -> Result<Client, Failure> {
        let authorisation = cookie.map(authorisation).transpose()?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // What is asked of a node is nobody else's business, whatever the environment says of proxies.
            .proxy(None)
            .user_agent("treasury")
            .timeout_connect(Some(REACHED_WITHIN))
            .build();
        Ok(Client { address, agent: config.new_agent(), authorisation })
    }

    /// Posts a body; gives what came back, which is JSON.
    fn post(&self, method: &str, body: &Value) -> Result<String, Failure> {
        let mut request = self.agent.post(self.address.as_str()).header("content-type", "application/json");
        if let Some((header, _)) = &self.authorisation {
            request = request.header("authorization", header);
        }
        let within = within(method);
        let told = |why| unreachable(&self.address, within, &why);
        let request = request.config().timeout_global(Some(within)).build();
        let mut response = request.send(body.to_string()).map_err(told)?;
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) {
            let file = self.authorisation.as_ref().map(|(_, file)| file.as_str());
            return Err(unauthorised(&self.address, status, file));
        }
        let read = response.body_mut().with_config().limit(BYTES_MOST).read_to_string();
        let text = read.map_err(|why| {
            let is_cut = matches!(why, ureq::Error::Io(_) | ureq::Error::Timeout(_));
            if is_cut { told(why) } else { unexpected(method, why) }
        })?;
        // Errors come with 500 or 404 from nodes that speak the first version.
        if matches!(status, 200 | 404 | 500) && text.trim_start().starts_with(['{', '[']) {
            return Ok(text);
        }
        Err(unexpected(method, format!("HTTP {status}")))
    }

    /// Calls a method; gives the result as it stands in the reply.
    fn call<T>(
        &self,
        method: &str,
        params: Value,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, Failure> {
        let text =
            self.post(method, &json!({"jsonrpc": "2.0", "id": 0, "method": method, "params": params}))?;
        let reply: Reply<'_> = serde_json::from_str(&text).map_err(|why| unexpected(method, why))?;
        result(method, reply, read)
    }

    /// Calls a method for each of many parameters; gives the results in their order.
    fn calls<T>(
        &self,
        method: &str,
        params: &[Value],
        read: impl Fn(&str) -> serde_json::Result<T>,
    ) -> Result<Vec<T>, Failure> {
        let mut all = Vec::with_capacity(params.len());
        for some in params.chunks(TOGETHER) {
            let one = |(id, params)| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
            let body: Vec<Value> = some.iter().enumerate().map(one).collect();
            let text = self.post(method, &Value::Array(body))?;
            let mut replies: Vec<Reply<'_>> =
                serde_json::from_str(&text).map_err(|why| unexpected(method, why))?;
            replies.sort_by_key(|reply| reply.id);
            if !replies.iter().map(|reply| reply.id).eq((0..some.len() as u64).map(Some)) {
                return Err(unexpected(method, "not every call is answered once"));
            }
            for reply in replies {
                all.push(result(method, reply, &read)?);
            }
        }
        Ok(all)
    }

    /// Which chain, and how far.
    pub(crate) fn chain(&self) -> Result<Chain, Failure> {
        self.call("getblockchaininfo", json!([]), |text| serde_json::from_str(text))
    }

    /// What a descriptor is.
    pub(crate) fn descriptor(&self, text: &str) -> Result<Descriptor, Failure> {
        self.call("getdescriptorinfo", json!([text]), |text| serde_json::from_str(text))
    }

    /// The hashes of blocks.
    pub(crate) fn hashes(&self, heights: impl Iterator<Item = u64>) -> Result<Vec<Sha256Hex>, Failure> {
        let read = |text: &str| {
            let hash: String = serde_json::from_str(text)?;
            hash.parse::<Sha256Hex>().map_err(serde::de::Error::custom)
        };
        let (mut heights, mut all) = (heights.peekable(), Vec::new());
        // A node may say that it has any number of blocks: what is held is what it was made to answer.
        while heights.peek().is_some() {
            let some: Vec<Value> = heights.by_ref().take(TOGETHER).map(|height| json!([height])).collect();
            all.extend(self.calls("getblockhash", &some, read)?);
        }
        Ok(all)
    }

    /// What blocks say of themselves.
    pub(crate) fn headers(&self, hashes: &[Sha256Hex]) -> Result<Vec<Header>, Failure> {
        let params: Vec<Value> = hashes.iter().map(|hash| json!([hash.to_string()])).collect();
        self.calls("getblockheader", &params, |text| serde_json::from_str(text))
    }

    /// The coins of descriptors at the end of the chain.
    pub(crate) fn scan(&self, objects: &Value) -> Result<Scan, Failure> {
        self.call("scantxoutset", json!(["start", objects]), |text| serde_json::from_str(text))
    }

    /// The blocks from one height to another in which something may have happened to coins of descriptors, if the node
    /// keeps filters of blocks (BIP 157). Without them every block has to be looked through.
    pub(crate) fn relevant(
        &self,
        objects: &Value,
        from: u64,
        to: u64,
    ) -> Result<Option<Vec<Sha256Hex>>, Failure> {
        let read = |text: &str| serde_json::from_str::<BTreeMap<String, Filters>>(text);
        let indexes = self.call("getindexinfo", json!([FILTERS]), read)?;
        if !indexes.get(FILTERS).is_some_and(|filters| filters.reach(to)) {
            return Ok(None);
        }
        let params = json!(["start", objects, from, to, "basic"]);
        let read = |text: &str| serde_json::from_str::<Filtered>(text);
        let found = self.call("scanblocks", params, read)?;
        let hashes = found.relevant_blocks.iter().map(|hash| hash.parse());
        let hashes = hashes.collect::<Result<_, String>>().map_err(|why| unexpected("scanblocks", why))?;
        Ok(found.completed.then_some(hashes))
    }

    /// What happened to coins of descriptors in blocks, which must all be in the chain.
    pub(crate) fn activity(&self, blocks: &[Sha256Hex], objects: &Value) -> Result<Vec<Activity>, Failure> {
        let mut all = Vec::new();
        for some in blocks.chunks(BLOCKS) {
            let hashes: Vec<String> = some.iter().map(Sha256Hex::to_string).collect();
            let read = |text: &str| serde_json::from_str::<Activities<'_>>(text)?.all();
            all.extend(self.call("getdescriptoractivity", json!([hashes, objects, false]), read)?);
        }
        Ok(all)
    }

    /// The scripts of the addresses of a descriptor from one place of its range to another.
    pub(crate) fn scripts(&self, descriptor: &str, from: u32, to: u32) -> Result<Vec<String>, Failure> {
        let derived: Derived =
            self.call("deriveaddresses", json!([descriptor, [from, to]]), |text| serde_json::from_str(text))?;
        let params: Vec<Value> = derived.all().into_iter().map(|address| json!([address])).collect();
        let read = |text: &str| serde_json::from_str::<Known>(text).map(|known| known.script);
        self.calls("validateaddress", &params, read)
    }
}

/// How long a node may take to answer.
fn within(method: &str) -> Duration {
    if LOOKING_THROUGH.contains(&method) { LOOKED_THROUGH_WITHIN } else { ANSWERED_WITHIN }
}

fn result<T>(
    method: &str,
    reply: Reply<'_>,
    read: impl FnOnce(&str) -> serde_json::Result<T>,
) -> Result<T, Failure> {
    if let Some(told) = reply.error {
        return Err(refused(method, &told));
    }
    let text = reply.result.map_or("null", RawValue::get);
    read(text).map_err(|why| unexpected(method, why))
}

/// The header of a file with `user:password`.
fn authorisation(file: &Path) -> Result<(String, String), Failure> {
    let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    let who = text.trim_end_matches(['\r', '\n']);
    if !who.contains(':') || who.contains(char::is_whitespace) {
        return Err(Failure::usage(format!("{} does not say `user:password`", file.display())));
    }
    Ok((format!("Basic {}", STANDARD.encode(who)), file.display().to_string()))
}
