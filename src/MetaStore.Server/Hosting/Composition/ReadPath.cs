using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Apply;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Validation;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Puts the stages of a read together.</summary>
/// <remarks>
/// 1 <see cref="KvService"/> takes the call, 2 <see cref="RangeValidator"/> checks it, 3 <see cref="ReadDispatcher"/> asks
/// <see cref="RaftNode.ReadIndexAsync"/>, which shares one round of <see cref="RaftCore"/> among all readers that wait, 4
/// <see cref="AppliedIndexWaiter"/> waits until the <see cref="ApplyLoop"/> has published that far, 5 <see cref="MvccReader"/> opens a
/// <see cref="ReadTxn"/>. A serializable read goes from 2 to 5. A renamed or removed stage breaks the build here.
/// </remarks>
internal static class ReadPath
{
    /// <summary>Makes the stages that are not part of the write path.</summary>
    public static ReadDispatcher Compose(MetaStoreOptions options, RaftNode node, AppliedIndexWaiter applied) =>
        new(node, applied, options.Consensus.RequestTimeout, options.Logging.WarnRequest);
}
