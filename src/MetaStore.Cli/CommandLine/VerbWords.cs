using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>The plain words of a verb: all of them, however many; the verb says itself how many it wants, with etcdctl's exit code.</summary>
internal static class VerbWords
{
    /// <param name="names">As the help shows them: "key [range_end]".</param>
    /// <param name="description">What they are.</param>
    public static Argument<string[]> Of(string names, string description) => new(names) { Description = description, Arity = ArgumentArity.ZeroOrMore };

    /// <summary>For verbs that need no words and do not mind them, as etcdctl's.</summary>
    public static Argument<string[]> Ignored() => new("words") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
}
