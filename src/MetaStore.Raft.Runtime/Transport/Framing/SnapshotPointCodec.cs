using Google.Protobuf;
using Google.Protobuf.Collections;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Encoding of snapshot metadata. Rare, so it uses the generated message.</summary>
internal static class SnapshotPointCodec
{
    public static byte[] Encode(SnapshotMetadata snapshot)
    {
        ConfState state = snapshot.ConfState;
        SnapshotPoint point = new() { Index = snapshot.Index, Term = snapshot.Term, AutoLeave = state.AutoLeave };
        point.Voters.AddRange(state.Voters);
        point.Learners.AddRange(state.Learners);
        point.VotersOutgoing.AddRange(state.VotersOutgoing);
        point.LearnersNext.AddRange(state.LearnersNext);
        return point.ToByteArray();
    }

    /// <returns>False when the bytes are damaged or the members are not sorted and unique.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out SnapshotMetadata snapshot)
    {
        snapshot = SnapshotMetadata.Empty;
        SnapshotPoint point;
        try
        {
            point = SnapshotPoint.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            // The caller closes the connection and logs it: damage is an expected outcome here.
            return false;
        }

        if (!IsSet(point.Voters) || !IsSet(point.Learners) || !IsSet(point.VotersOutgoing) || !IsSet(point.LearnersNext))
        {
            return false;
        }

        ConfState state = new([.. point.Voters], [.. point.Learners], [.. point.VotersOutgoing], [.. point.LearnersNext], point.AutoLeave);
        snapshot = new SnapshotMetadata(point.Index, point.Term, state);
        return true;
    }

    private static bool IsSet(RepeatedField<ulong> members)
    {
        for (int i = 0; i < members.Count; i++)
        {
            if (members[i] == 0 || (i > 0 && members[i] <= members[i - 1]))
            {
                return false;
            }
        }

        return true;
    }
}
