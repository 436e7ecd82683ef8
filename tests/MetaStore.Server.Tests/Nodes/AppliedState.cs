using MetaStore.Engines.Memory;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Nodes;

/// <summary>A state machine without a log: each command is an entry of its own, and published at once.</summary>
internal sealed class AppliedState : IDisposable
{
    private readonly MemoryEngine _engine = new();

    public AppliedState() => Machine = new ReplicatedStateMachine(_engine);

    public ReplicatedStateMachine Machine { get; }

    public CommandResult Apply<TCommand>(TCommand command)
        where TCommand : ICommand
    {
        Assert.True(Machine.BeginEntry(Machine.AppliedIndex + 1, term: 1));
        CommandResult result = Machine.Apply(CommandFormat.Encode(command));
        Machine.EndEntry();
        Machine.Publish();
        return result;
    }

    public void Know(MemberRecord member)
    {
        Assert.True(Machine.BeginEntry(Machine.AppliedIndex + 1, term: 1));
        Machine.UpsertMember(member);
        Machine.EndEntry();
        Machine.Publish();
    }

    public void Raise(AlarmKind kind, ulong member) =>
        Assert.Equal(ErrorCode.None, Apply(new AlarmCommand { Action = AlarmAction.Activate, Kind = kind, Member = member }).Error);

    /// <summary>Adds the user root and switches auth on.</summary>
    public void EnableAuth()
    {
        Assert.Equal(ErrorCode.None, Apply(new UserPutCommand { Name = "root", Hash = "h" }).Error);
        Assert.Equal(ErrorCode.None, Apply(new UserGrantCommand { User = "root", Role = "root" }).Error);
        Assert.Equal(ErrorCode.None, Apply(default(AuthEnableCommand)).Error);
    }

    public void Dispose() => _engine.Dispose();
}
