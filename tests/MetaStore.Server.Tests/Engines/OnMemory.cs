using MetaStore.Server.Tests.Services;
using MetaStore.Server.Tests.Services.Concurrency;

namespace MetaStore.Server.Tests.Engines;

// Every suite on a running node, on this engine. A new suite gets a line here and in the other file.

public sealed class ClusterServiceOnMemory() : ClusterServiceTests("memory");

public sealed class KvServiceOnMemory() : KvServiceTests("memory");

public sealed class LeaseServiceOnMemory() : LeaseServiceTests("memory");

public sealed class LockAndElectionOnMemory() : LockAndElectionTests("memory");

public sealed class MaintenanceServiceOnMemory() : MaintenanceServiceTests("memory");

public sealed class RangeStreamOnMemory() : RangeStreamTests("memory");

public sealed class WatchServiceOnMemory() : WatchServiceTests("memory");
