using MetaStore.Server.Tests.Services;
using MetaStore.Server.Tests.Services.Concurrency;

namespace MetaStore.Server.Tests.Engines;

// Every test class for a running node, on this engine. Add a new class here and in the other file.

public sealed class ClusterServiceOnRocksDb() : ClusterServiceTests("rocksdb");

public sealed class KvServiceOnRocksDb() : KvServiceTests("rocksdb");

public sealed class LeaseServiceOnRocksDb() : LeaseServiceTests("rocksdb");

public sealed class LockAndElectionOnRocksDb() : LockAndElectionTests("rocksdb");

public sealed class MaintenanceServiceOnRocksDb() : MaintenanceServiceTests("rocksdb");

public sealed class RangeStreamOnRocksDb() : RangeStreamTests("rocksdb");

public sealed class WatchServiceOnRocksDb() : WatchServiceTests("rocksdb");
