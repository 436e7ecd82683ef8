using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>What a client is about to ask.</summary>
/// <param name="Command">A write, or null.</param>
/// <param name="Query">A read, without a command.</param>
/// <param name="IsSerializable">Any node may answer it from what it has.</param>
internal readonly record struct ClientCall(ICommand? Command, RangeQuery Query, bool IsSerializable);
