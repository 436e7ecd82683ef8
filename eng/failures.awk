# Reads .trx files; prints each failed test with the first lines of its message.
/<UnitTestResult / {
  failed = /outcome="Failed"/
  match($0, /testName="[^"]*"/)
  name = plain(substr($0, RSTART + 10, RLENGTH - 11))
}
failed && /<Message>/ { print "FAILED " name; lines = 0; found = 1; sub(/.*<Message>/, "") }
found && lines < 12    { line = $0; sub(/<\/Message>.*/, "", line); print "  " substr(plain(line), 1, 400); lines++ }
/<\/Message>/         { found = 0 }

function plain(text) {
  gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text)
  gsub(/&#x[DA];/, " ", text); gsub(/&amp;/, "\\&", text)
  return text
}
