using MetaStore.StateMachine.Tests.Alarms;
using MetaStore.StateMachine.Tests.Auth;
using MetaStore.StateMachine.Tests.Determinism;
using MetaStore.StateMachine.Tests.Leases;
using MetaStore.StateMachine.Tests.Membership;
using MetaStore.StateMachine.Tests.Model;
using MetaStore.StateMachine.Tests.Mvcc;
using MetaStore.StateMachine.Tests.Watch;
using Xunit.Abstractions;

namespace MetaStore.StateMachine.Tests.Engines;

// Every test class for the store, on this engine. Add a new class here and in the other file.

public sealed class AlarmOnMemory() : AlarmTests("memory");

public sealed class AuthOnMemory() : AuthTests("memory");

public sealed class AuthCutOnMemory() : AuthCutTests("memory");

public sealed class CompactOnMemory() : CompactTests("memory");

public sealed class DeleteRangeOnMemory() : DeleteRangeTests("memory");

public sealed class DeterminismOnMemory() : DeterminismTests("memory");

public sealed class EntryOnMemory() : EntryTests("memory");

public sealed class HashKvOnMemory() : HashKvTests("memory");

public sealed class KeyIndexLoaderOnMemory() : KeyIndexLoaderTests("memory");

public sealed class LeaseCheckpointOnMemory() : LeaseCheckpointTests("memory");

public sealed class LessorOnMemory() : LessorTests("memory");

public sealed class MemberOnMemory() : MemberTests("memory");

public sealed class PutOnMemory() : PutTests("memory");

public sealed class KeyHistoryOnMemory() : KeyHistoryTests("memory");

public sealed class RangePagerOnMemory() : RangePagerTests("memory");

public sealed class RangeOnMemory() : RangeTests("memory");

public sealed class RevisionSinkOnMemory() : RevisionSinkTests("memory");

public sealed class TxnCompareOnMemory() : TxnCompareTests("memory");

public sealed class TxnOnMemory() : TxnTests("memory");

public sealed class WatchHubOnMemory() : WatchHubTests("memory");

public sealed class WatchModelOnMemory() : WatchModelTests("memory");

public sealed class ModelOnMemory(ITestOutputHelper output) : ModelTests("memory", output);
