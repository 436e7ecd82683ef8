using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>A flag with a duration, such as 500ms, 5s or 1m30s.</summary>
internal sealed class DurationOption(string name) : Option<string>(name);
