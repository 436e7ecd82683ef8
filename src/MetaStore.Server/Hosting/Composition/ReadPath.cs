using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Apply;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Validation;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes the stages of a read.</summary>
/// <remarks>
/// 1 <see cref="KvService"/> receives the call, 2 <see cref="RangeValidator"/> checks it, 3 <see cref="ReadDispatcher"/> calls
/// <see cref="RaftNode.ReadIndexAsync"/>, which shares one round of <see cref="RaftCore"/> among all waiting readers, 4
/// <see cref="AppliedIndexWaiter"/> waits until the <see cref="ApplyLoop"/> has published that index, 5 <see cref="MvccReader"/> opens a
/// <see cref="ReadTxn"/>. A serializable read goes from 2 to 5. A renamed or removed stage breaks the build here.
/// </remarks>
internal static class ReadPath
{
    /// <summary>Creates the stages that are not part of the write path.</summary>
    public static ReadDispatcher Compose(MetaStoreOptions options, RaftNode node, AppliedIndexWaiter applied) =>
        new(node, applied, options.Consensus.RequestTimeout, TimeProvider.System, options.Logging.WarnRequest);
}
