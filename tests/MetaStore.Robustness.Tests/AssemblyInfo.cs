// Each test starts its own servers; on two cores parallel tests would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
