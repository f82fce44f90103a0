# Finds proofs of rules in Rust sources as rustfmt leaves them; script/rules says what counts. Plain awk, mawk included.
#
# Prints, separated by tabs: `proof ID FILE:LINE TEST`, `test NAME`, `wrong FILE:LINE REASON`.

BEGIN {
  LETTERS = "[APCHKXSRGETBWILJ]"
  # What a comment begins with that looks like a proof: `K13`, `K13, E6`, `K13 and E6`.
  IDS = "^" LETTERS "[0-9][0-9]?((, ?| and |/)" LETTERS "[0-9][0-9]?)*([^A-Za-z0-9_]|$)"
  FORM = "^" LETTERS "[0-9][0-9]?(, " LETTERS "[0-9][0-9]?)*: [^ ]"
  ASSERTION = "(^|[^A-Za-z0-9_])((prop_)?assert[a-z_]*!?|unwrap_err|expect_err|shows|hides|hears|sees|until)\\("
}

FNR == 1 {
  marked = ignored = inside = held = 0
  # In these files every comment that begins with an id would pass for a proof.
  test_file = FILENAME ~ /(^|\/)tests\// || FILENAME ~ /(^|\/)tests\.rs$/
}

{
  code = $0
  sub(/^ +/, "", code)
  indent = length($0) - length(code)
}

# Attributes of a function: `#[test]`, `#[tokio::test(…)]`, `#[rstest]`, `#[test_case(…)]`.
!inside && code ~ /^#\[([a-z_]+::)*(test|rstest|test_case)[](( ]/ { marked = 1; next }
!inside && code ~ /^#\[ignore/ { ignored = 1; next }
!inside && code ~ /^#\[/ { next }

!inside && code ~ /^(pub(\([a-z]+\))? )?(async )?fn / {
  name = code
  sub(/^(pub(\([a-z]+\))? )?(async )?fn /, "", name)
  sub(/[^a-z0-9_].*/, "", name)
  if (marked) print "test\t" name
  if (marked && !ignored) {
    count = split(name, words, "_")
    for (i = 1; i <= count; i++) {
      word = toupper(words[i])
      if (word ~ ("^" LETTERS "[0-9][0-9]?$")) print "proof\t" word "\t" FILENAME ":" FNR "\t" name
    }
    if (code !~ /\{.*\}$/) { inside = 1; margin = indent }
  }
  marked = ignored = 0
  next
}

!inside && code != "" && code !~ /^\/\// { marked = ignored = 0 }

inside && indent == margin && code ~ /^\}/ {
  forget("stands above no assertion")
  inside = 0
  next
}

# A comment of its own line; doc comments are prose.
code ~ /^\/\/[^\/!]/ {
  if (asserting) forget("stands above no assertion")
  words_of = code
  sub(/^\/\/ ?/, "", words_of)
  if (words_of !~ IDS || !(inside || test_file)) next
  if (!inside) wrong(FNR, "stands outside the body of a test")
  else if (words_of !~ FORM) wrong(FNR, "has not the form `// K13: what is asserted`")
  else { held++; text[held] = words_of; line[held] = FNR }
  next
}

# A comment at the end of a line.
(inside || test_file) && code ~ /[;,{}()] \/\/ / {
  tail = code
  sub(/^.*[;,{}()] \/\/ /, "", tail)
  if (tail ~ IDS) wrong(FNR, "has not a line of its own above an assertion")
}

# The statement below the comments: to its end, or to where a block begins.
held {
  asserting = 1
  if (code ~ ASSERTION) { prove(); next }
  if (code == "" || code ~ /[;{}]$/) forget("stands above no assertion")
}

function prove(  i, ids, many, each, n) {
  for (i = 1; i <= held; i++) {
    ids = text[i]
    sub(/:.*/, "", ids)
    many = split(ids, each, ", ")
    for (n = 1; n <= many; n++) print "proof\t" each[n] "\t" FILENAME ":" line[i] "\t" name
  }
  held = asserting = 0
}

function forget(why,  i) {
  for (i = 1; i <= held; i++) wrong(line[i], why)
  held = asserting = 0
}

function wrong(where, why) { print "wrong\t" FILENAME ":" where "\t" why }
