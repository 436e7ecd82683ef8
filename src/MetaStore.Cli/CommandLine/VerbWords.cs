using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>The positional arguments of a verb, any number: the verb itself checks how many it takes, with etcdctl's exit code.</summary>
internal static class VerbWords
{
    /// <param name="names">As shown in the help: "key [range_end]".</param>
    /// <param name="description">Help text.</param>
    public static Argument<string[]> Of(string names, string description) => new(names) { Description = description, Arity = ArgumentArity.ZeroOrMore };

    /// <summary>For verbs that take no arguments and ignore any, as etcdctl's do.</summary>
    public static Argument<string[]> Ignored() => new("words") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
}
