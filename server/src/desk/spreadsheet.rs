//! Text in files that are opened in a spreadsheet.

/// Escapes text that a spreadsheet would evaluate (OWASP, “CSV Injection”). Some spreadsheets treat
/// the full-width forms of these signs in the same way.
pub(super) fn escape_formula(text: &str) -> String {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match text.starts_with(STARTS) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
