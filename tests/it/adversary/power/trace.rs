//! What a trace of strace says of files, of the network and of processes, in order.

use std::collections::HashMap;

/// What happened. Offsets and lengths are bytes.
#[derive(Debug, Clone)]
pub enum What {
    /// A file was opened, and is there from then on.
    Create(String),
    Write {
        file: String,
        at: usize,
        data: Vec<u8>,
    },
    Cut {
        file: String,
        len: usize,
    },
    Unlink(String),
    Rename(String, String),
    /// Of a file, or of the folder (which has no name here).
    Sync(String),
    /// The bytes of a request left.
    Request {
        campaign: String,
        to: String,
    },
    /// A process has ended well.
    Done {
        pid: u32,
    },
    /// A process was begun, with these arguments.
    Begun {
        pid: u32,
        args: Vec<String>,
    },
}

/// Something that happened between two lines of the trace.
#[derive(Debug, Clone)]
pub struct Event {
    pub begins: usize,
    pub ends: usize,
    pub what: What,
}

/// The calls that are watched.
pub const CALLS: &str = "trace=openat,lseek,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync,ftruncate,\
    unlink,unlinkat,rename,renameat,renameat2,execve";

/// Reads a trace whose texts are all in hexadecimal (`-xx -y`); only what is in that folder counts.
pub fn read(trace: &str, folder: &str) -> Vec<Event> {
    let mut reader = Reader { folder: format!("{folder}/"), offsets: HashMap::new(), found: Vec::new() };
    let mut begun = HashMap::<&str, (usize, &str)>::new();
    for (n, line) in trace.lines().enumerate() {
        let Some((pid, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(start) = call.strip_suffix("<unfinished ...>") {
            begun.insert(pid, (n, start));
        } else if let Some(rest) = call.strip_prefix("<... ") {
            let rest = rest.split_once("resumed>").map(|(_, rest)| rest).unwrap_or_default();
            if let Some((begins, start)) = begun.remove(pid) {
                reader.take(pid, begins, n, &format!("{start}{rest}"));
            }
        } else {
            reader.take(pid, n, n, call);
        }
    }
    // A call that a death has cut off may have done its work.
    for (pid, (begins, start)) in begun {
        reader.take(pid, begins, usize::MAX, &format!("{start}) = 0"));
    }
    reader.found.sort_by_key(|event| event.begins);
    reader.found
}

struct Reader {
    /// With a slash at its end.
    folder: String,
    /// Where the next plain write goes, by file and descriptor.
    offsets: HashMap<String, usize>,
    found: Vec<Event>,
}

impl Reader {
    fn take(&mut self, pid: &str, begins: usize, ends: usize, call: &str) {
        if let Some(what) = self.what(pid, call) {
            self.found.push(Event { begins, ends, what });
        }
    }

    fn what(&mut self, pid: &str, call: &str) -> Option<What> {
        if let Some(rest) = call.strip_prefix("+++ exited with ") {
            return rest.starts_with("0 ").then(|| pid.parse().ok().map(|pid| What::Done { pid }))?;
        }
        let (name, args) = call.split_once('(')?;
        let returned = args.rsplit_once(" = ").map_or("0", |(_, returned)| returned);
        if returned.starts_with('-') {
            return None;
        }
        let texts = texts(args);
        match name {
            "execve" => {
                let args = texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
                Some(What::Begun { pid: pid.parse().ok()?, args })
            }
            "openat" => {
                let descriptor = returned.split('<').next()?.to_owned();
                let file = self.own(&String::from_utf8_lossy(texts.first()?))?;
                self.offsets.insert(format!("{descriptor} {file}"), 0);
                if args.contains("O_TRUNC") {
                    return Some(What::Cut { file, len: 0 });
                }
                args.contains("O_CREAT").then_some(What::Create(file))
            }
            "unlink" | "unlinkat" => self.own(&String::from_utf8_lossy(texts.first()?)).map(What::Unlink),
            "rename" | "renameat" | "renameat2" => {
                let own = |at: usize| self.own(&String::from_utf8_lossy(texts.get(at)?));
                Some(What::Rename(own(0)?, own(1)?))
            }
            _ => self.on_descriptor(name, args, returned, texts),
        }
    }

    fn on_descriptor(&mut self, name: &str, args: &str, returned: &str, texts: Vec<Vec<u8>>) -> Option<What> {
        if matches!(name, "write" | "writev" | "sendto" | "sendmsg")
            && let Some(request) = request(&texts)
        {
            return Some(request);
        }
        let (descriptor, rest) = args.split_once('<')?;
        let (path, rest) = rest.split_once('>')?;
        let path = String::from_utf8_lossy(&hex(path)).into_owned();
        if matches!(name, "fsync" | "fdatasync") && format!("{path}/") == self.folder {
            return Some(What::Sync(String::new()));
        }
        let file = self.own(&path)?;
        let n: usize = returned.split_whitespace().next()?.parse().ok()?;
        let last = |text: &str| text.rsplit_once(", ")?.1.trim_end_matches([')', ' ']).parse::<usize>().ok();
        let before_return = rest.rsplit_once(" = ").map_or(rest, |(before, _)| before).trim_end();
        let key = format!("{descriptor} {file}");
        match name {
            "fsync" | "fdatasync" => Some(What::Sync(file)),
            "ftruncate" => Some(What::Cut { file, len: last(before_return)? }),
            "lseek" => {
                self.offsets.insert(key, n);
                None
            }
            "pwrite64" | "write" => {
                let mut data = texts.into_iter().next()?;
                let at = if name == "write" {
                    let offset = self.offsets.entry(key).or_default();
                    *offset += n;
                    *offset - n
                } else {
                    last(before_return)?
                };
                // A call that was cut off has no length; a long one is not kept whole by strace.
                if n > 0 {
                    data.resize(n, 0);
                }
                Some(What::Write { file, at, data })
            }
            _ => None,
        }
    }

    /// The name of a file in the folder, if it belongs to the database.
    fn own(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.folder).unwrap_or(path);
        let is_ours = name.starts_with("catalink.db") && !name.contains('/') && !name.ends_with("-shm");
        is_ours.then(|| name.to_owned())
    }
}

/// The texts in quotation marks, without what stands in angle brackets.
fn texts(args: &str) -> Vec<Vec<u8>> {
    args.split('"').skip(1).step_by(2).map(hex).collect()
}

/// `\x61\x62`.
fn hex(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}

/// Whose request the bytes are.
fn request(texts: &[Vec<u8>]) -> Option<What> {
    let bytes = texts.concat();
    if !bytes.starts_with(b"POST /v2/") {
        return None;
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body: serde_json::Value =
        serde_json::from_str(text.split_once("\r\n\r\n")?.1).expect("a whole request");
    let message = &body["messaging_object"];
    let campaign = super::super::fates::campaign_in(message["text"]["body"].as_str()?);
    Some(What::Request { campaign, to: message["to"].as_str()?.to_owned() })
}
