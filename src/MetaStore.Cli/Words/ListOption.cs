using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>A flag that may be repeated: its values, each a comma-separated list, are joined.</summary>
internal sealed class ListOption(string name, params string[] aliases) : Option<string>(name, aliases);
