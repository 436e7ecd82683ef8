using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;
using MetaStore.Fuzz.Inputs;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.EtcdFiles;

namespace MetaStore.Fuzz.Targets;

/// <summary>The records in a backup of etcd: the input is their entries, from which a whole file is written. What is accepted is installed.</summary>
internal static class EtcdTarget
{
    private const int PageBytes = 512;

    private static readonly string[] Buckets =
    [
        EtcdNames.Alarm, EtcdNames.Auth, EtcdNames.AuthRoles, EtcdNames.AuthUsers, EtcdNames.Cluster, EtcdNames.Key, EtcdNames.Lease, EtcdNames.Members,
        EtcdNames.MembersRemoved, EtcdNames.Meta,
    ];

    public static void Run(byte[] input)
    {
        ILookup<int, InputEntry> entries = InputEntry.Read(input, Buckets.Length).ToLookup(entry => entry.Bucket);
        BoltLayout layout = BoltWriter.Plan(PageBytes, Content);
        using var file = new MemoryStream();
        BoltWriter.Write(file, layout, Content);
        try
        {
            var backup = BackupSource.Open(file, mayLackHash: true, CancellationToken.None);
            using var checkpoint = new MemoryStream();
            var writer = new CheckpointWriter(checkpoint);
            backup.Read((bucket, key, value) => writer.Add(bucket, key, value, CancellationToken.None), CancellationToken.None);
            writer.Complete();
            StateTarget.Install(checkpoint);
        }
        catch (EngineException)
        {
            // Refused.
        }

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
        BoltFile.Open(file, file.Length, Take, CancellationToken.None);
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
}
