//! `treasury schema`: what an event takes, for people as a list with an example, for programs as JSON Schema.

mod json;

use crate::app::App;
use crate::args::{Format, Schema};
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;
use crate::verbs::examples::example;
use crate::verbs::schema::{self, Field};

/// Runs the command.
pub(crate) fn run(app: &App, args: &Schema, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("schema")?;
    let Some(event) = &args.event else {
        match app.format {
            Format::Table => schema::events().iter().try_for_each(|name| writeln!(io.out, "{name}"))?,
            Format::Json | Format::Csv => render::json::print(&mut io.out, &json::of_any_event())?,
        }
        return Ok(Exit::Done);
    };
    let event = find(event)?;
    match app.format {
        Format::Table => text(event, io)?,
        Format::Json | Format::Csv => render::json::print(&mut io.out, &json::of_event(event))?,
    }
    Ok(Exit::Done)
}

fn find(name: &str) -> Result<&'static str, Failure> {
    let events = schema::events();
    events.iter().find(|event| **event == name).copied().ok_or_else(|| {
        let near = nearest(name, events.iter().copied());
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Failure::usage(format!("there is no event `{name}`"))
            .with_help(format!("{near}`treasury schema` lists them all"))
    })
}

fn text(event: &str, io: &mut Io) -> Result<(), Failure> {
    writeln!(io.out, "{}", styled(BOLD, event))?;
    fields(&schema::event(event), io)?;
    for (name, of_record) in json::records_within(event) {
        writeln!(io.out, "\n{}", styled(BOLD, name))?;
        fields(&of_record, io)?;
    }
    if let Some(example) = example(event) {
        writeln!(io.out, "\n{}\n{}", styled(BOLD, "Example"), example.trim_end())?;
    }
    Ok(())
}

/// Each field with what stands in it, and whether it must.
fn fields(fields: &[Field], io: &mut Io) -> Result<(), Failure> {
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    let kinds: Vec<String> = fields.iter().map(kind).collect();
    let kind_width = kinds.iter().map(String::len).max().unwrap_or(0);
    for (field, kind) in fields.iter().zip(&kinds) {
        let required = if field.optional { "may be left out" } else { "required" };
        writeln!(
            io.out,
            "  {:width$}  {kind:kind_width$}  {}",
            field.name,
            styled(DIM, format!("{required}{}", told(field)))
        )?;
    }
    Ok(())
}

fn kind(field: &Field) -> String {
    if field.many { format!("list of {}", field.kind) } else { field.kind.to_owned() }
}

/// What may stand in a field, where its kind alone does not tell.
fn told(field: &Field) -> String {
    match (schema::choices(field.kind), schema::variants(field.kind)) {
        (Some(choices), _) => format!("; one of {}", choices.join(", ")),
        (None, Some(kinds)) => {
            let kinds: Vec<String> =
                kinds.iter().map(|(name, kind)| format!("{{\"{name}\": {kind}}}")).collect();
            format!("; {}", kinds.join(" or "))
        }
        (None, None) => String::new(),
    }
}
