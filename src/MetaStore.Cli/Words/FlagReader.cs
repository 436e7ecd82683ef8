using System.CommandLine;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>Separates flags, their values and positional arguments by etcdctl's rules.</summary>
/// <remarks>
/// Flags may occur anywhere; <c>--</c> ends them. A value follows "=" or is the next argument, whatever it starts with; only a boolean flag never
/// takes the next argument. One-letter flags may share a dash. Source: the pflag package.
/// </remarks>
internal sealed class FlagReader
{
    private readonly Command _verb;
    private readonly IReadOnlyList<string> _words;
    private readonly List<(Option Flag, string Value)> _flags = [];
    private readonly List<string> _plain = [];
    private int _next;

    private FlagReader(Command verb, IReadOnlyList<string> words) => (_verb, _words) = (verb, words);

    /// <summary>Reads the arguments of a verb. Throws <see cref="UsageException"/> for an unknown flag or an invalid value.</summary>
    public static FlagWords Read(Command verb, IReadOnlyList<string> words)
    {
        var reader = new FlagReader(verb, words);
        int? dash = null;
        while (reader._next < words.Count)
        {
            switch (words[reader._next++])
            {
                case "--":
                    dash = reader._plain.Count;
                    reader._plain.AddRange(words.Skip(reader._next));
                    reader._next = words.Count;
                    break;
                case ['-', '-', ..] flag:
                    reader.ReadLong(flag);
                    break;
                case ['-', _, ..] letters:
                    reader.ReadLetters(letters[1..]);
                    break;
                case var word:
                    reader._plain.Add(word);
                    break;
            }
        }

        return new FlagWords(reader._flags, reader._plain, dash);
    }

    private void ReadLong(string word)
    {
        if (word[2] is '-' or '=')
        {
            throw Wrong($"bad flag syntax: {word}");
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        var flag = Flags.Find(_verb, name) ?? throw Wrong($"unknown flag: {name}{Hint(name)}");
        Add(flag, equals >= 0 ? word[(equals + 1)..] : Flags.NeedsNoValue(flag) ? "true" : Next($"flag needs an argument: {word}"));
    }

    private void ReadLetters(string letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            var flag = Flags.Find(_verb, $"-{letters[i]}") ?? throw Wrong($"unknown shorthand flag: '{letters[i]}' in -{letters}");
            var rest = letters[(i + 1)..];
            if (Flags.NeedsNoValue(flag) && rest is not ['=', _, ..])
            {
                Add(flag, "true");
                continue;
            }

            Add(flag, rest is ['=', _, ..] ? rest[1..] : rest.Length > 0 ? rest : Next($"flag needs an argument: '{letters[i]}' in -{letters}"));
            return;
        }
    }

    private string Next(string missing) => _next < _words.Count ? _words[_next++] : throw Wrong(missing);

    private void Add(Option flag, string value)
    {
        if (FlagValues.Plain(flag, value, out var plain) is { } fault)
        {
            throw Wrong($"invalid argument {FlagValues.Quoted(value)} for \"{Flags.NameOf(flag)}\" flag: {fault}");
        }

        _flags.Add((flag, plain));
    }

    private string Hint(string name) =>
        UnsupportedVerbs.WhyNot(name) is { } why ? $"; {why}" : _verb.Options.Count > 0 ? $"; write -- before arguments that begin with a dash, and see {VerbFinder.PathOf(_verb)} --help" : string.Empty;

    private static UsageException Wrong(string message) => new(message, ExitCodes.Error);
}
