using System.Diagnostics;
using MetaStore.Fuzz.Targets;

namespace MetaStore.Fuzz.Mutation;

/// <summary>Gives a target many changed inputs in one process, without coverage: a hundred times as many as a fuzzer that measures it. Its corpus is what such a fuzzer has found.</summary>
internal sealed class MutationRun(FuzzTarget target, TextWriter output)
{
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private byte[] _input = [];
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Runs <paramref name="count"/> inputs made from the files in <paramref name="folders"/>.</summary>
    /// <returns>False at the first input that the target does not read or refuse as it promises; the input was printed.</returns>
    public bool Run(long count, int seed, IReadOnlyList<string> folders)
    {
        byte[][] corpus = [.. folders.SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var inputs = new Mutator(corpus, seed);
        using var watch = new Timer(_ => EndIfHung(), null, HangAfter, HangAfter / 10);
        long begin = Stopwatch.GetTimestamp(), reported = begin;
        for (long i = 0; i < count; i++)
        {
            byte[] input = inputs.Next();
            Volatile.Write(ref _input, input);
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            try
            {
                target.Run(input);
            }
            catch (Exception unexpected)
            {
                Report(input, unexpected.ToString());
                return false;
            }

            if (Stopwatch.GetElapsedTime(reported) > Interval)
            {
                reported = Stopwatch.GetTimestamp();
                output.WriteLine($"{target.Name}: {i + 1} inputs");
            }
        }

        output.WriteLine($"{target.Name}: {count} inputs from {corpus.Length} files, seed {seed}, {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s: all were read or refused");
        return true;
    }

    private void EndIfHung()
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _since)) > HangAfter)
        {
            Report(Volatile.Read(ref _input), $"not read within {HangAfter.TotalSeconds} s");
            Environment.Exit(1);
        }
    }

    private void Report(byte[] input, string why) => output.WriteLine($"{target.Name}, {Convert.ToHexString(input)}: {why}");
}
