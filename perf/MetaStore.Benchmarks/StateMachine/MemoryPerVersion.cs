using System.Diagnostics;
using MetaStore.Engines.Memory;
using MetaStore.StateMachine;

namespace MetaStore.Benchmarks.StateMachine;

/// <summary>Managed and resident bytes of a store with many versions, over few and many keys; what GC pauses took while it was filled.</summary>
internal static class MemoryPerVersion
{
    private const int Versions = 1_000_000;
    private const int Group = 256;

    /// <summary>Fills a store and prints one line.</summary>
    /// <param name="keys">Distinct keys.</param>
    /// <param name="output">Receives the line.</param>
    public static void Run(int keys, TextWriter output)
    {
        var machine = new ReplicatedStateMachine(new MemoryEngine());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var pausesBefore = GC.GetTotalPauseDuration();
        var clock = Stopwatch.StartNew();
        long content = 0;
        for (var i = 0; i < Versions; i++)
        {
            if (i % Group == 0)
            {
                machine.BeginEntry(machine.AppliedIndex + 1, 1);
            }

            machine.Apply(PutProposal.Encoded((int)((uint)i * 2_654_435_761u % (uint)keys)));
            content += PutProposal.Key(0).Length + PutProposal.ValueBytes;
            if (i % Group == Group - 1 || i == Versions - 1)
            {
                machine.EndEntry();
                machine.Publish();
            }
        }

        var pauses = GC.GetTotalPauseDuration() - pausesBefore;
        var filled = clock.Elapsed;
        var resident = Environment.WorkingSet;
        var live = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(
            $"{keys,9} keys: {(live - content) / (double)Versions,6:f1} managed bytes per version beyond key and value, "
            + $"{live / (double)Versions,6:f1} in all, {resident >> 20,5} MiB resident, GC pauses {100 * pauses / filled,4:f1} % of {filled.TotalSeconds:f1} s");
        GC.KeepAlive(machine);
    }
}
