using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;
using MetaStore.Fuzz.Inputs;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.EtcdFiles;

namespace MetaStore.Fuzz.Targets;

/// <summary>The records in a backup of etcd: the input is their entries, from which a whole file is written. What is accepted is installed, written as a backup of etcd, and installed from that as the same.</summary>
internal static class EtcdTarget
{
    private const int PageBytes = 512;

    private static readonly string[] Buckets =
    [
        EtcdNames.Alarm, EtcdNames.Auth, EtcdNames.AuthRoles, EtcdNames.AuthUsers, EtcdNames.Cluster, EtcdNames.Key, EtcdNames.Lease, EtcdNames.Members,
        EtcdNames.MembersRemoved, EtcdNames.Meta,
    ];

    public static bool Run(byte[] input)
    {
        ILookup<int, InputEntry> entries = InputEntry.Read(input, Buckets.Length).ToLookup(entry => entry.Bucket);
        BoltLayout layout = BoltWriter.Plan(PageBytes, Content);
        using var file = new MemoryStream();
        BoltWriter.Write(file, layout, Content);
        using var first = new MemoryEngine();
        ReplicatedStateMachine installed;
        try
        {
            installed = Installed(file, first);
        }
        catch (EngineException)
        {
            return false;
        }

        CheckWriting(installed);
        return true;

        void Content(BoltWriter writer)
        {
            for (int bucket = 0; bucket < Buckets.Length; bucket++)
            {
                int number = bucket;
                writer.Add(Buckets[number], target =>
                {
                    foreach (InputEntry entry in entries[number])
                    {
                        target.Add(entry.Key, entry.Value);
                    }
                });
            }
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        using MemoryEngine engine = SeedState.Create();
        using IReadView view = engine.OpenView();
        var writer = new EtcdFileWriter(view, CancellationToken.None);
        using var file = new MemoryStream();
        writer.Write(file);
        List<byte> entries = [];
        _ = BoltFile.Open(file, file.Length, Take, CancellationToken.None);
        return [[.. entries]];

        void Take(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            if (!key.IsEmpty)
            {
                int number = Array.IndexOf(Buckets, System.Text.Encoding.ASCII.GetString(bucket));
                entries.AddRange(new InputEntry(number, key.ToArray(), value.ToArray()).ToBytes());
            }
        }
    }

    private static ReplicatedStateMachine Installed(MemoryStream file, MemoryEngine engine)
    {
        var backup = BackupSource.Open(file, mayLackHash: true, CancellationToken.None);
        using var checkpoint = new MemoryStream();
        var writer = new CheckpointWriter(checkpoint);
        backup.Read((bucket, key, value) => writer.Add(bucket, key, value, CancellationToken.None), CancellationToken.None);
        writer.Complete();
        return StateTarget.Installed(checkpoint, engine);
    }

    /// <summary>Thrown for a file of its own that is refused too: it is not caught here.</summary>
    private static void CheckWriting(ReplicatedStateMachine installed)
    {
        using IReadView view = installed.Engine.OpenView();
        using var file = new MemoryStream();
        new EtcdFileWriter(view, CancellationToken.None).Write(file);
        using var second = new MemoryEngine();
        ReplicatedStateMachine again = Installed(file, second);
        if (StateTarget.CheckReading(again) != StateTarget.CheckReading(installed))
        {
            throw new InvalidOperationException("a state that was written as a backup of etcd is installed as another one");
        }
    }
}
