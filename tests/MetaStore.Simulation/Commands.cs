using System.Diagnostics;
using System.Globalization;
using MetaStore.Simulation.Faults;
using MetaStore.Simulation.Mutants;
using MetaStore.Simulation.Runs;

namespace MetaStore.Simulation;

/// <summary>The verbs of <c>metasim</c>.</summary>
internal static class Commands
{
    private const string Usage =
        """
        metasim run [--from SEED] [--seeds N] [--seconds S] [--processor] [--jobs J] [--failures F] [--commit C] [--with users|leases|watches]
                                                                                       many seeds; ends with 1 when one fails;
                                                                                       --processor counts its own processor time as seconds;
                                                                                       --with runs only those of the seeds that have such clients
        metasim replay SEED [--skip 1,2,3]                                             one seed, printing what happens
        metasim twice [--from SEED] [--seeds N]                                        each seed twice; the hashes must agree
        metasim mutate LIST SOURCES                                                    plants the bugs of a list into a copy of the sources
        """;

    public static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return args.FirstOrDefault() switch
        {
            "run" => RunMany(new Options(args)),
            "replay" when args.Length > 1 => Replay(ulong.Parse(args[1], CultureInfo.InvariantCulture), new Options(args)),
            "mutate" when args.Length > 2 => Mutate(args[1], args[2]),
            "twice" => Twice(new Options(args)),
            _ => Explain(),
        };
    }

    private static int RunMany(Options options)
    {
        long started = Stopwatch.GetTimestamp();
        Func<TimeSpan> clock = options.Has("--processor") ? () => Environment.CpuUsage.TotalTime : () => Stopwatch.GetElapsedTime(started);
        var campaign = new Campaign(
            (ulong)options.Number("--from", 1), options.Number("--seeds", long.MaxValue), TimeSpan.FromSeconds(options.Number("--seconds", 60)),
            (int)options.Number("--jobs", Environment.ProcessorCount), clock)
        {
            IsWanted = WithClients(options.Text("--with", string.Empty)),
        };
        campaign.Run((int)options.Number("--failures", 1));
        if (options.Has("--brief"))
        {
            RunResult? caught = campaign.Failures.Count > 0 ? campaign.Failures[0] : null;
            Console.WriteLine(caught is null ? "survived" : $"{caught.Invariant} {caught.Seed} {clock().TotalSeconds:F1}");
            return caught is null ? 1 : 0;
        }

        Console.WriteLine(
            $"{campaign.Total}; {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of processor time, {campaign.Failures.Count} violations");
        foreach (RunResult failure in campaign.Failures)
        {
            Report(failure, options.Text("--commit", "unknown"), shrinks: !options.Has("--no-shrink"));
        }

        return campaign.Failures.Count == 0 ? 0 : 1;
    }

    private static Func<ulong, bool> WithClients(string kind) => kind switch
    {
        "" => _ => true,
        "users" => seed => ClientFeatures.Of(seed).HasUsers,
        "leases" => seed => ClientFeatures.Of(seed).HasLeases,
        "watches" => seed => ClientFeatures.Of(seed).HasWatches,
        _ => throw new ArgumentException($"--with {kind}: users, leases or watches"),
    };

    private static int Replay(ulong seed, Options options)
    {
        HashSet<int> skipped = [.. options.Text("--skip", string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        RunResult result = SimRun.Run(seed, skipped, Console.WriteLine);
        Console.WriteLine(result.Statistics);
        Console.WriteLine(result.Passed ? $"seed {seed} passed, hash {result.Hash:x16}" : $"seed {seed} VIOLATES {result.Detail}");
        return result.Passed ? 0 : 1;
    }

    private static int Mutate(string list, string sources)
    {
        MutantPatches.Apply(list, sources);
        return 0;
    }

    private static int Twice(Options options)
    {
        int different = 0;
        long count = options.Number("--seeds", 200);
        for (ulong seed = (ulong)options.Number("--from", 1); count > 0; seed++, count--)
        {
            RunResult first = SimRun.Run(seed);
            RunResult second = SimRun.Run(seed);
            if (first.Hash != second.Hash)
            {
                different++;
                Console.WriteLine($"seed {seed}: {first.Hash:x16} and {second.Hash:x16}");
            }
        }

        Console.WriteLine($"{different} seeds differ from themselves");
        return different == 0 ? 0 : 1;
    }

    private static void Report(RunResult failure, string commit, bool shrinks)
    {
        Console.WriteLine($"seed {failure.Seed} of commit {commit} VIOLATES {failure.Detail}");
        string skip = string.Empty;
        if (shrinks)
        {
            HashSet<int> skipped = Shrinker.Run(failure);
            Console.WriteLine($"  {failure.Faults - skipped.Count} of its {failure.Faults} faults are needed");
            skip = skipped.Count > 0 ? $" --skip {string.Join(',', skipped.Order())}" : string.Empty;
        }

        Console.WriteLine($"  replay: make sim SEED={failure.Seed}, or: metasim replay {failure.Seed}{skip}");
    }

    private static int Explain()
    {
        Console.Error.WriteLine(Usage);
        return 64;
    }

    /// <summary>The arguments after the verb.</summary>
    private sealed class Options(string[] args)
    {
        public bool Has(string name) => args.Contains(name);

        public long Number(string name, long otherwise) =>
            Array.IndexOf(args, name) is var at and >= 0 ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

        public string Text(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : otherwise;
    }
}
