using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Membership;

public sealed class ConfChangeCodecTests
{
    private static readonly ConfChange _sample = new(
        [new(ConfChangeType.AddVoter, ulong.MaxValue), new(ConfChangeType.Remove, 7)], Joint: true, new byte[] { 1, 2, 3 });

    [Fact]
    public void Decode_Encoded_IsTheSame()
    {
        Assert.True(ConfChangeCodec.TryDecode(ConfChangeCodec.Encode(_sample), out ConfChange? decoded));
        Assert.Equal(_sample.Steps, decoded.Steps);
        Assert.Equal(_sample.Joint, decoded.Joint);
        Assert.Equal(_sample.Context.ToArray(), decoded.Context.ToArray());
    }

    [Fact]
    public void Decode_AnyOtherLength_IsRefused()
    {
        byte[] data = ConfChangeCodec.Encode(_sample);
        for (int length = 0; length < data.Length; length++)
        {
            Assert.False(ConfChangeCodec.TryDecode(data.AsMemory(0, length), out _));
        }

        Assert.False(ConfChangeCodec.TryDecode((byte[])[.. data, 0], out _));
    }
}
