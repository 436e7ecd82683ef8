using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>The next call of a client.</summary>
/// <param name="Command">A write, or null.</param>
/// <param name="Query">A read, when there is no command.</param>
/// <param name="IsSerializable">Any node may answer it from its own state.</param>
internal readonly record struct ClientCall(ICommand? Command, RangeQuery Query, bool IsSerializable)
{
    /// <summary>Who writes, in seeds with users; null for a client that may do everything.</summary>
    public AuthIdentity? Identity { get; init; }
}
