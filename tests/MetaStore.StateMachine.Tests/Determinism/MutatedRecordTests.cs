using System.Text;
using MetaStore.Engines;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Tests.EtcdFiles;
using MetaStore.StateMachine.Tests.Rig;
using Xunit.Abstractions;

namespace MetaStore.StateMachine.Tests.Determinism;

/// <summary>
/// Random damage in the records of a store, with no checksum in the way: the store is opened or refused with an engine error, and with nothing else.
/// METASTORE_EXHAUSTIVE=1 runs 200,000 mutations instead of 4,000.
/// </summary>
public sealed class MutatedRecordTests(ITestOutputHelper output)
{
    private static readonly int Mutations = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 200_000 : 4_000;

    [Fact]
    public void MutatedRecords_AreOpenedOrRefused()
    {
        var random = new Random(23);
        var buckets = RecordsOf(Filled()).GroupBy(record => record.Bucket).Select(bucket => bucket.ToList()).ToList();
        Assert.Equal(Enum.GetValues<Bucket>().Length, buckets.Count);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var damaged = buckets[random.Next(buckets.Count)];
            var at = random.Next(damaged.Count);
            refused += Opens(Batch(buckets.SelectMany(bucket => bucket).Select(record => record == damaged[at] ? Mutated(record, random) : record))) ? 0 : 1;
        }

        output.WriteLine($"{Mutations} mutations, {refused} refused");
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }

    [Theory]
    [InlineData(Bucket.Auth, "user/", "user/\xFF", "user/\xFE")]
    [InlineData(Bucket.Auth, "role/", "role/\xFF", "role/\xFE")]
    [InlineData(Bucket.Auth, "token/", "token/short", "token/shorter")]
    [InlineData(Bucket.Members, "", "short", "shorter")]
    [InlineData(Bucket.Meta, "alarm/", "alarm/", "alarm/\u0001")]
    [InlineData(Bucket.Meta, "alarm/", "compaction-done")]
    public void KeysOfNothing_WithTheValueOfAnother_AreRefused(Bucket bucket, string other, params string[] keys)
    {
        var records = RecordsOf(Filled());
        var value = records.First(record => record.Bucket == bucket && record.Key.Span.StartsWith(Latin1(other))).Value;
        Assert.All(keys, key => Assert.False(Opens(Batch([.. records, new(bucket, Latin1(key), value, IsDelete: false)]))));
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static WriteBatch Batch(IEnumerable<WriteBatch.Operation> records)
    {
        var batch = new WriteBatch();
        foreach (var record in records)
        {
            batch.Put(record.Bucket, record.Key, record.Value);
        }

        return batch;
    }

    private static bool Opens(WriteBatch content)
    {
        using var engine = new ProbedEngine("memory");
        engine.Commit(content);
        try
        {
            _ = new ReplicatedStateMachine(engine);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private static StoreRig Filled()
    {
        var rig = EtcdFileRig.Fill(new StoreRig("memory"));
        rig.Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 3, Name = "three", PeerUrls = ["http://three:1"], ClientUrls = ["http://three:2"] } });
        rig.Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 4, PeerUrls = ["http://four:1"], IsLearner = true } });
        rig.Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 9, PeerUrls = ["http://nine:1"] } });
        rig.Apply(new MemberRemoveCommand { Id = 9 });
        ulong credential = rig.Machine.Reader.Auth.Users[AuthUser.Root].CredentialRevision;
        rig.Apply(new TokenIssueCommand { Digest = TokenDigest.Of("secret"u8), User = AuthUser.Root, CredentialRevision = credential });
        rig.Apply(new ClusterVersionSetCommand { Version = "3.6.0" });
        return rig;
    }

    private static List<WriteBatch.Operation> RecordsOf(StoreRig rig)
    {
        var records = new List<WriteBatch.Operation>();
        using var view = rig.Engine.OpenView();
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            using var cursor = view.Seek(bucket, default, default);
            while (cursor.MoveNext())
            {
                records.Add(new(bucket, cursor.Key.ToArray(), cursor.Value.ToArray(), IsDelete: false));
            }
        }

        return records;
    }

    private static WriteBatch.Operation Mutated(WriteBatch.Operation record, Random random) =>
        random.Next(2) == 0 ? record with { Key = Mutated(record.Key, random) } : record with { Value = Mutated(record.Value, random) };

    /// <summary>A byte changed, bytes cut off, or bytes added.</summary>
    private static ReadOnlyMemory<byte> Mutated(ReadOnlyMemory<byte> bytes, Random random)
    {
        var mutated = bytes.ToArray();
        switch (random.Next(3))
        {
            case 0 when mutated.Length > 0:
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                return mutated;
            case 1:
                return mutated.AsMemory(0, random.Next(mutated.Length + 1));
            default:
                var added = new byte[random.Next(1, 9)];
                random.NextBytes(added);
                return (byte[])[.. mutated, .. added];
        }
    }
}
