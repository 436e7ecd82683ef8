using MetaStore.Batching.Admission;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>What may use the reserved credits: what frees space or ends leases, and what the member proposes itself.</summary>
public sealed class EssentialCommandsTests
{
    [Fact]
    public void OfClients_OnlyWhatHelpsAnOverloadedMember()
    {
        Assert.Equal(AdmissionClass.Ordinary, EssentialCommands.ClassOf<PutCommand>(isOwn: false));
        Assert.Equal(AdmissionClass.Ordinary, EssentialCommands.ClassOf<TxnCommand>(isOwn: false));
        Assert.Equal(AdmissionClass.Ordinary, EssentialCommands.ClassOf<LeaseGrantCommand>(isOwn: false));
        Assert.Equal(AdmissionClass.Essential, EssentialCommands.ClassOf<LeaseRevokeCommand>(isOwn: false));
        Assert.Equal(AdmissionClass.Essential, EssentialCommands.ClassOf<CompactCommand>(isOwn: false));
        Assert.Equal(AdmissionClass.Essential, EssentialCommands.ClassOf<AlarmCommand>(isOwn: false));
    }

    [Fact]
    public void OfTheMember_Everything() => Assert.Equal(AdmissionClass.Essential, EssentialCommands.ClassOf<PutCommand>(isOwn: true));
}
