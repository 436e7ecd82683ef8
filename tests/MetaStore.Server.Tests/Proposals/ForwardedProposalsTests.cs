using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>A proposal forwarded by another member is appended only when it can be applied and that member may propose it.</summary>
public sealed class ForwardedProposalsTests
{
    private const ulong Follower = 7;

    private static readonly byte[] Put = CommandFormat.Encode(new PutCommand { Key = "k"u8.ToArray(), Value = "v"u8.ToArray() });

    [Theory]
    [InlineData(BatchCompression.None)]
    [InlineData(BatchCompression.Gzip)]
    public void Batch_OfTheFollowersCallers_IsTaken(BatchCompression compression)
    {
        Assert.Null(Fault(BatchCodec.Encode(Follower, 1, [Put])));
        Assert.Null(Fault(BatchCodec.Encode(Follower, 1, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)Put, 100)], compression)));
    }

    [Theory]
    [InlineData("no batch at all")]
    [InlineData("P")]
    public void Bytes_ThatAreNoBatch_AreRefused(string bytes) => Assert.NotNull(Fault(System.Text.Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void Batch_CutAnywhere_IsRefused()
    {
        byte[] batch = BatchCodec.Encode(Follower, 1, [Put, Put]);
        for (int length = 1; length < batch.Length; length++)
        {
            Assert.True(Fault(batch[..length]) is not null, $"{length} bytes of {batch.Length}");
        }
    }

    [Fact]
    public void Command_ThatCannotBeRead_IsRefusedWhereverItStands()
    {
        byte[] rubbish = [200, 1, 2, 3];
        Assert.Contains("unknown kind 200", Fault(BatchCodec.Encode(Follower, 1, [Put, rubbish, Put])), StringComparison.Ordinal);
        Assert.NotNull(Fault(BatchCodec.Encode(Follower, 1, [Array.Empty<byte>()])));
    }

    [Fact]
    public void BatchInAnothersName_IsRefused() => Assert.Contains("of member 8", Fault(BatchCodec.Encode(8, 1, [Put])), StringComparison.Ordinal);

    [Fact]
    public void MembershipChange_IsTheLeadersToPropose()
    {
        byte[] change = ConfChangeCodec.Encode(new ConfChange([new ConfChangeStep(ConfChangeType.Remove, 1)], Joint: false, default));
        Assert.NotNull(new ForwardedProposals().Fault(Follower, new Entry(0, 0, EntryType.ConfChange, change)));
        Assert.NotNull(Fault(Batch(new MemberRemoveCommand { Id = 1 })));
        Assert.NotNull(Fault(Batch(new MemberPromoteCommand { Id = 1 })));
        Assert.NotNull(Fault(Batch(new MemberPeerUrlsCommand { Id = 1, PeerUrls = [] })));
        Assert.NotNull(Fault(Batch(new MemberUpsertCommand { Member = new MemberRecord { Id = 1 } })));
    }

    [Fact]
    public void Attributes_ArePublishedByTheirOwnMember()
    {
        Assert.Null(Fault(Batch(new MemberAttributesCommand { Id = Follower, Name = "n", ClientUrls = [] })));
        Assert.NotNull(Fault(Batch(new MemberAttributesCommand { Id = 1, Name = "n", ClientUrls = [] })));
    }

    private static byte[] Batch<TCommand>(TCommand command)
        where TCommand : ICommand => BatchCodec.Encode(Follower, 1, [CommandFormat.Encode(command)]);

    private static string? Fault(byte[] data) => new ForwardedProposals().Fault(Follower, new Entry(0, 0, EntryType.Normal, data));
}
