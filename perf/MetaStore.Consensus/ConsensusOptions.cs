using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus;

/// <summary>What to compare, for how long and how often.</summary>
internal sealed record ConsensusOptions
{
    private const string Usage = "usage: metaconsensus [rates|trials] [--rounds N] [--seconds N] [--trials N] [--system MetaStore|DotNext|DotNextFlushed] [--dir FOLDER] [--report FILE]";

    /// <summary>Kill trials instead of rates. Default false.</summary>
    public bool KillsMembers { get; private init; }

    /// <summary>Rounds of the rates; each system is restarted in each. Default 3.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Measured time of each load. Default 3 s.</summary>
    public TimeSpan Length { get; private init; } = TimeSpan.FromSeconds(3);

    /// <summary>Kill trials of each kind and system. Default 20.</summary>
    public int Trials { get; private init; } = 20;

    /// <summary>The systems. Default: all.</summary>
    public IReadOnlyList<ConsensusSystem> Systems { get; private init; } = Enum.GetValues<ConsensusSystem>();

    /// <summary>Directory for the logs; its disk is measured. Default: the system's temporary directory.</summary>
    public string Directory { get; private init; } = Path.GetTempPath();

    /// <summary>File to write the report to, besides standard output; empty (the default) = none.</summary>
    public string Report { get; private init; } = string.Empty;

    /// <summary>Parses the command line. Throws <see cref="ArgumentException"/> that names the invalid argument.</summary>
    public static ConsensusOptions Parse(IReadOnlyList<string> words)
    {
        ConsensusOptions options = new();
        for (var i = 0; i < words.Count; i++)
        {
            options = words[i] switch
            {
                "rates" => options with { KillsMembers = false },
                "trials" => options with { KillsMembers = true },
                "--rounds" => options with { Rounds = Number(words, ++i) },
                "--seconds" => options with { Length = TimeSpan.FromSeconds(Number(words, ++i)) },
                "--trials" => options with { Trials = Number(words, ++i) },
                "--system" => options with { Systems = [System(words, ++i)] },
                "--dir" => options with { Directory = Path.GetFullPath(Word(words, ++i)) },
                "--report" => options with { Report = Word(words, ++i) },
                var other => throw new ArgumentException($"unknown argument '{other}'; {Usage}"),
            };
        }

        return options;
    }

    private static string Word(IReadOnlyList<string> words, int i) => i < words.Count ? words[i] : throw new ArgumentException($"{words[i - 1]} needs a value; {Usage}");

    private static int Number(IReadOnlyList<string> words, int i) =>
        int.TryParse(Word(words, i), out var number) && number > 0 ? number : throw new ArgumentException($"{words[i - 1]} needs a positive number");

    private static ConsensusSystem System(IReadOnlyList<string> words, int i) =>
        Enum.TryParse(Word(words, i), ignoreCase: true, out ConsensusSystem system) && Enum.IsDefined(system)
            ? system
            : throw new ArgumentException($"there is no system '{words[i]}'; {Usage}");
}
