# Reads one .trx file; prints a "dotnet test" filter that selects the methods with a failure.
/<UnitTestResult / && /outcome="Failed"/ { failed[value("testId")] = 1 }
/<UnitTest /                            { id = value("id") }
/<TestMethod / && (id in failed)        { method = value("className") "." value("name"); if (!(method in seen)) { seen[method] = 1; filter = filter (filter == "" ? "" : "|") "FullyQualifiedName=" method } }
END                                     { print filter }

function value(name) {
  return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}
