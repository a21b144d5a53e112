//! `treasury entry FILE`: what a person wrote into a file becomes one entry, is shown with what it would do, and is recorded
//! once somebody said so.

use crate::app::App;
use crate::args::EntryFile;
use crate::command::append::{self, input::bytes};
use crate::command::speak::{self, Offered};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::verbs::form::{self, Form, Sentences};

/// Runs the command. What a flag says stands in place of what the file says.
pub(crate) fn run(app: &App, args: &EntryFile, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("an entry")?;
    let (place, bytes) = bytes(&args.file, app.may_ask)?;
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::malformed("this is no text in UTF-8", &place))?;
    let malformed = |why: String| Failure::malformed(why, &place);
    let table = form::tree(&text, &place)?;
    let form = Form::read(&table, &mut Sentences::new()).map_err(malformed)?;
    let ledger = append::rehearsal(app, io)?;
    let names = speak::names(app, ledger.fold())?;
    let mut told = form.said(&names).map_err(|why| why.at(&place).of_file())?;
    told.keys.extend(speak::said_of_entry(&args.of, &names)?);
    let text = speak::whole(app, told)?.to_string();
    speak::offer(app, &Offered { text, place: &place, of: &args.of }, ledger, io)
}
