using System.CommandLine;
using System.CommandLine.Help;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>Parses a command line by etcdctl's rules and passes it to the parser in an unambiguous form.</summary>
/// <remarks>
/// System.CommandLine itself takes "--prefix true" for a value, "/h" for help, "@name" for a response file, ":" for "=", and an unknown flag for a
/// key. All of these mean something else in etcdctl, and some of them would write or delete another key.
/// </remarks>
internal static class CommandWords
{
    private static readonly ParserConfiguration Literal = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Parses a command line. Throws <see cref="UsageException"/> when etcdctl would reject it too.</summary>
    public static ParseResult Parse(Command root, IReadOnlyList<string> words)
    {
        if (words is [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..])
        {
            return root.Parse(words, Literal); // called by dotnet-suggest for completion
        }

        var (verb, rest) = VerbFinder.Find(root, words);
        if (verb is RefusedVerb refused)
        {
            throw new UsageException(refused.Why);
        }

        var given = FlagReader.Read(verb, rest);
        var path = NamesOf(verb);
        if (given.Flags.Any(flag => flag.Flag is HelpOption) || (verb.Subcommands.Count > 0 && given.Flags.All(flag => flag.Flag is not VersionOption)))
        {
            return root.Parse([.. path, "--help"], Literal);
        }

        if (given.Flags.Any(flag => flag.Flag is VersionOption))
        {
            return root.Parse(["--version"], Literal);
        }

        // An empty value after "=" would be dropped.
        var flags = given.Final().SelectMany(flag => flag.Value.Length == 0 ? (string[])[flag.Flag.Name, string.Empty] : [$"{flag.Flag.Name}={flag.Value}"]);
        return root.Parse([.. path, .. flags, "--", .. Plain(given)], Literal);
    }

    private static IEnumerable<string> Plain(FlagWords given) => given.Dash is { } dash ? [.. given.Plain.Take(dash), "--", .. given.Plain.Skip(dash)] : given.Plain;

    private static List<string> NamesOf(Command verb)
    {
        var parent = verb.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? [] : [.. NamesOf(parent), verb.Name];
    }
}
