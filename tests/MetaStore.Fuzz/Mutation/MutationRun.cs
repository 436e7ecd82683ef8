using System.Diagnostics;
using MetaStore.Fuzz.Targets;

namespace MetaStore.Fuzz.Mutation;

/// <summary>Gives a target many changed inputs in one process, without coverage: a hundred times as many as a fuzzer that measures it. Its corpus is what such a fuzzer has found.</summary>
internal sealed class MutationRun(FuzzTarget target, TextWriter output)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const int LooksMost = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private byte[] _input = [];
    private int _looks;

    /// <summary>How many inputs were read; the others were refused.</summary>
    public long Read { get; private set; }

    /// <summary>Runs <paramref name="count"/> inputs made from the files in <paramref name="folders"/>.</summary>
    /// <returns>False at the first input that the target does not read or refuse as it promises; the input was printed.</returns>
    public bool Run(long count, int seed, IReadOnlyList<string> folders)
    {
        byte[][] corpus = [.. folders.SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var inputs = new Mutator(corpus, seed);
        using var watch = new Timer(_ => EndIfHung(), null, Look, Look);
        long begin = Stopwatch.GetTimestamp(), reported = begin;
        for (long i = 0; i < count; i++)
        {
            byte[] input = inputs.Next();
            Volatile.Write(ref _input, input);
            Volatile.Write(ref _looks, 0);
            try
            {
                Read += target.Run(input) ? 1 : 0;
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

        output.WriteLine($"{target.Name}: {count} inputs from {corpus.Length} files, seed {seed}, {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s: {Read} were read, {count - Read} refused");
        return true;
    }

    /// <summary>Counts looks and not time, which goes on while the process is stopped.</summary>
    private void EndIfHung()
    {
        if (Interlocked.Increment(ref _looks) > LooksMost)
        {
            Report(Volatile.Read(ref _input), $"not read within {LooksMost * Look.TotalSeconds} s");
            Environment.Exit(1);
        }
    }

    private void Report(byte[] input, string why) => output.WriteLine($"{target.Name}, {Convert.ToHexString(input)}: {why}");
}
