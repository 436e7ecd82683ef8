using System.CommandLine;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>Finds the verb of a command line as etcdctl does: flags may precede it, and an unambiguous prefix of a name is enough.</summary>
/// <remarks>Source: cobra's Command.Find with EnablePrefixMatching, and its suggestions.</remarks>
internal static class VerbFinder
{
    /// <summary>Verbs that etcdctl does not have. An ambiguous prefix selects etcdctl's verb.</summary>
    private static readonly string[] OwnVerbs = ["admission", "batch", "cert", "diagnose", "docs", "engine", "export", "import", "migrate", "top", "wal"];

    /// <summary>The verb, and the arguments without its name. Throws <see cref="UsageException"/> when there is no such verb.</summary>
    public static (Command Verb, IReadOnlyList<string> Words) Find(Command root, IReadOnlyList<string> words)
    {
        var verb = root;
        List<string> rest = [.. words];
        while (verb.Subcommands.Count > 0 && IndexOfName(verb, rest) is >= 0 and var at)
        {
            var next = Named(verb, rest[at]) ?? throw new UsageException(Unknown(verb, rest[at]), ExitCodes.Error);
            rest.RemoveAt(at);
            verb = next;
        }

        return (verb, rest);
    }

    /// <summary>"metactl lease grant".</summary>
    public static string PathOf(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {verb.Name}" : "metactl";

    /// <summary>The index of the first argument that is neither a flag nor the value of one; -1 when there is none.</summary>
    public static int IndexOfName(Command verb, IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count && words[i] != "--"; i++)
        {
            switch (words[i])
            {
                case ['-', '-', ..] flag when !flag.Contains('='):
                    i += Flags.Find(verb, flag) is { } known && Flags.NeedsNoValue(known) ? 0 : 1;
                    break;
                case ['-', _] letter:
                    i += Flags.Find(verb, letter) is { } option && Flags.NeedsNoValue(option) ? 0 : 1;
                    break;
                case [not '-', ..]:
                    return i;
            }
        }

        return -1;
    }

    private static Command? Named(Command parent, string name)
    {
        if (parent.Subcommands.FirstOrDefault(verb => verb.Name == name) is { } exact)
        {
            return exact;
        }

        var begun = parent.Subcommands.Where(verb => verb.Name.StartsWith(name, StringComparison.Ordinal)).ToArray();
        return begun.Length == 1 ? begun[0] : begun.Where(verb => !OwnVerbs.Contains(verb.Name)).ToArray() is [var etcdctls] ? etcdctls : null;
    }

    private static string Unknown(Command parent, string name)
    {
        var near = parent.Subcommands
            .Where(verb => !verb.Hidden && (verb.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) || EditDistance.Of(verb.Name, name) <= 2))
            .Select(verb => $"\t{verb.Name}\n").Order(StringComparer.Ordinal).ToArray();
        var meant = near.Length > 0 ? $"\n\nDid you mean this?\n{string.Concat(near)}" : string.Empty;
        return $"unknown command {FlagValues.Quoted(name)} for \"{PathOf(parent)}\"{meant}\nRun '{PathOf(parent)} --help' for usage.";
    }
}
