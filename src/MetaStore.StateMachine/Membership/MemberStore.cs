using System.Buffers.Binary;
using System.Text;
using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Membership;

/// <summary>Member records, removed ids and the cluster version. Changed by the apply thread, readable by any.</summary>
/// <remarks>In the bucket of members a record is its encoding, a removed id one zero byte: ids are never reused.</remarks>
public sealed class MemberStore
{
    private const byte RemovedMark = 0;
    private const byte RecordMark = 1;

    private volatile MemberRecord[] _members = [];
    private volatile ulong[] _removed = [];
    private volatile string? _clusterVersion;

    internal MemberStore()
    {
    }

    /// <summary>All members ascending by id. Immutable.</summary>
    public IReadOnlyList<MemberRecord> Members => _members;

    /// <summary>Ids of removed members; never reused. Immutable.</summary>
    public IReadOnlyList<ulong> Removed => _removed;

    /// <summary>The agreed cluster version; null before the first agreement.</summary>
    public string? ClusterVersion => _clusterVersion;

    /// <summary>Finds a member; null when there is none.</summary>
    /// <remarks>Runs for each call, so it allocates nothing.</remarks>
    public MemberRecord? Find(ulong id)
    {
        foreach (MemberRecord member in _members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>True when a member with this id was removed.</summary>
    public bool IsRemoved(ulong id) => Array.IndexOf(_removed, id) >= 0;

    internal ErrorCode Upsert(MemberRecord member, WriteBatch batch)
    {
        if (IsRemoved(member.Id))
        {
            return ErrorCode.MemberRemoved;
        }

        _members = [.. _members.Where(other => other.Id != member.Id).Append(member).OrderBy(other => other.Id)];
        batch.Put(Bucket.Members, MetaKeys.Id(member.Id), Encode(member));
        return ErrorCode.None;
    }

    internal ErrorCode Remove(ulong id, WriteBatch batch)
    {
        if (Find(id) is null)
        {
            return ErrorCode.MemberNotFound;
        }

        _members = [.. _members.Where(member => member.Id != id)];
        _removed = [.. _removed, id];
        batch.Put(Bucket.Members, MetaKeys.Id(id), new[] { RemovedMark });
        return ErrorCode.None;
    }

    internal ErrorCode SetAttributes(in MemberAttributesCommand command, WriteBatch batch)
        => Find(command.Id) is { } member
            ? Upsert(member with { Name = command.Name, ClientUrls = command.ClientUrls }, batch)
            : ErrorCode.MemberNotFound;

    internal ErrorCode Promote(ulong id, WriteBatch batch)
        => Find(id) is { } member ? Upsert(member with { IsLearner = false }, batch) : ErrorCode.MemberNotFound;

    internal ErrorCode SetPeerUrls(in MemberPeerUrlsCommand command, WriteBatch batch)
        => Find(command.Id) is { } member ? Upsert(member with { PeerUrls = command.PeerUrls }, batch) : ErrorCode.MemberNotFound;

    internal void SetClusterVersion(string version, WriteBatch batch)
    {
        _clusterVersion = version;
        batch.Put(Bucket.Meta, MetaKeys.ClusterVersion, Encoding.UTF8.GetBytes(version));
    }

    internal void Load(IReadView view)
    {
        var members = new List<MemberRecord>();
        var removed = new List<ulong>();
        using var cursor = view.Seek(Bucket.Members, default, default);
        while (cursor.MoveNext())
        {
            if (cursor.Value.Span is [RemovedMark])
            {
                removed.Add(IdOf(cursor.Key.Span));
            }
            else
            {
                members.Add(Decode(cursor.Key.Span, cursor.Value));
            }
        }

        _members = [.. members];
        _removed = [.. removed];
        _clusterVersion = view.TryGet(Bucket.Meta, MetaKeys.ClusterVersion, out var version) ? Encoding.UTF8.GetString(version.Span) : null;
    }

    /// <summary>The member records of a view, ascending by id.</summary>
    internal static IReadOnlyList<MemberRecord> ReadAll(IReadView view)
    {
        var members = new List<MemberRecord>();
        using var cursor = view.Seek(Bucket.Members, default, default);
        while (cursor.MoveNext())
        {
            if (cursor.Value.Span is not [RemovedMark])
            {
                members.Add(Decode(cursor.Key.Span, cursor.Value));
            }
        }

        return members;
    }

    internal static byte[] Encode(MemberRecord member)
    {
        var bytes = new byte[1 + member.BodySize];
        bytes[0] = RecordMark;
        var writer = new CommandWriter(bytes.AsSpan(1));
        member.WriteBody(ref writer);
        return bytes;
    }

    private static ulong IdOf(ReadOnlySpan<byte> key) =>
        key.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(key) : throw new EngineException($"The key of a member has {key.Length} bytes instead of 8.");

    private static MemberRecord Decode(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Span[0] != RecordMark)
        {
            throw new EngineException("A member record has an unknown format.");
        }

        MemberRecord member;
        try
        {
            var reader = new CommandReader(bytes[1..]);
            member = MemberRecord.ReadBody(ref reader);
            reader.End();
        }
        catch (CommandFormatException damaged)
        {
            throw new EngineException($"A member record is damaged: {damaged.Message}");
        }

        return member.Id == IdOf(key) ? member : throw new EngineException($"The record of member {IdOf(key):x} is of member {member.Id:x}.");
    }
}
