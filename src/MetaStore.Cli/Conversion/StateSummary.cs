using System.Security.Cryptography;
using MetaStore.Engines;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Cli.Conversion;

/// <summary>Figures that are equal when two states are the same.</summary>
/// <param name="Index">Last log entry in the state.</param>
/// <param name="Revision">Store revision.</param>
/// <param name="Keys">Keys that have a value.</param>
/// <param name="Revisions">Records kept: all changes that are not compacted.</param>
/// <param name="Bytes">Size of the whole state as a portable checkpoint.</param>
/// <param name="Hash">What <c>metactl endpoint hashkv</c> prints.</param>
/// <param name="Sha256">Hash of the whole engine: keys, leases, members, alarms, indexes.</param>
internal sealed record StateSummary(ulong Index, long Revision, long Keys, long Revisions, long Bytes, uint Hash, string Sha256)
{
    /// <summary>Reads a whole engine.</summary>
    /// <exception cref="EngineException">The content is damaged.</exception>
    public static StateSummary Of(IStorageEngine engine, CancellationToken cancellation)
    {
        var machine = new ReplicatedStateMachine(engine);
        using var read = machine.Reader.OpenRead();
        var all = new RangeQuery { Key = new byte[1], RangeEnd = new byte[1], CountOnly = true };
        var keys = read.Range(all).Count;
        using var view = engine.OpenView();
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var counting = new CountingHash(sum);
        engine.WriteCheckpoint(view, counting, cancellation);
        return new StateSummary(
            machine.AppliedIndex, read.Revision, keys, CountRecords(view), counting.Length, read.HashKv(0).Hash, Convert.ToHexStringLower(sum.GetHashAndReset()));
    }

    /// <summary>Last log entry in the state of an engine.</summary>
    public static ulong AppliedIndexOf(IStorageEngine engine) => new ReplicatedStateMachine(engine).AppliedIndex;

    /// <summary>One line for the operator.</summary>
    public override string ToString() =>
        $"index {Index}, revision {Revision}, {Keys} keys, {Revisions} revisions, {Bytes} bytes, hash {Hash}, sha256 {Sha256[..16]}";

    private static long CountRecords(IReadView view)
    {
        var count = 0L;
        using var cursor = view.Seek(Bucket.Revisions, default, default);
        while (cursor.MoveNext())
        {
            count++;
        }

        return count;
    }
}
