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

public sealed class AlarmOnRocksDb() : AlarmTests("rocksdb");

public sealed class AuthOnRocksDb() : AuthTests("rocksdb");

public sealed class AuthCutOnRocksDb() : AuthCutTests("rocksdb");

public sealed class CompactOnRocksDb() : CompactTests("rocksdb");

public sealed class DeleteRangeOnRocksDb() : DeleteRangeTests("rocksdb");

public sealed class DeterminismOnRocksDb() : DeterminismTests("rocksdb");

public sealed class EntryOnRocksDb() : EntryTests("rocksdb");

public sealed class HashKvOnRocksDb() : HashKvTests("rocksdb");

public sealed class KeyIndexLoaderOnRocksDb() : KeyIndexLoaderTests("rocksdb");

public sealed class LeaseCheckpointOnRocksDb() : LeaseCheckpointTests("rocksdb");

public sealed class LessorOnRocksDb() : LessorTests("rocksdb");

public sealed class MemberOnRocksDb() : MemberTests("rocksdb");

public sealed class PutOnRocksDb() : PutTests("rocksdb");

public sealed class KeyHistoryOnRocksDb() : KeyHistoryTests("rocksdb");

public sealed class RangePagerOnRocksDb() : RangePagerTests("rocksdb");

public sealed class RangeOnRocksDb() : RangeTests("rocksdb");

public sealed class RevisionSinkOnRocksDb() : RevisionSinkTests("rocksdb");

public sealed class TxnCompareOnRocksDb() : TxnCompareTests("rocksdb");

public sealed class TxnOnRocksDb() : TxnTests("rocksdb");

public sealed class WatchHubOnRocksDb() : WatchHubTests("rocksdb");

public sealed class WatchModelOnRocksDb() : WatchModelTests("rocksdb");

public sealed class ModelOnRocksDb(ITestOutputHelper output) : ModelTests("rocksdb", output);
