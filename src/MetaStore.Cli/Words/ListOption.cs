using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>A flag that may be given more than once: its values, each with commas in it or not, make one list.</summary>
internal sealed class ListOption(string name, params string[] aliases) : Option<string>(name, aliases);
