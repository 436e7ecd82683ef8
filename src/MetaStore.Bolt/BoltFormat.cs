namespace MetaStore.Bolt;

/// <summary>Numbers of the file format of bbolt, version 2, which etcd uses for its backend. All integers are little-endian.</summary>
/// <remarks>
/// <code>
/// page     u64 id  u16 kind  u16 count  u32 overflow   then elements and data; its length is (1 + overflow) pages
/// meta     u32 magic u32 version u32 pageSize u32 flags u64 root u64 sequence u64 freelist u64 end u64 transaction u64 FNV-64a of the 56 bytes before
/// freelist count times u64; with 65535 as count the first u64 is the count
/// branch   count times (u32 position, u32 keyLength, u64 page), then the keys
/// leaf     count times (u32 flags, u32 position, u32 keyLength, u32 valueLength), then keys and values
/// bucket   the value of a leaf element with flag 1: u64 root u64 sequence; with root 0 a leaf page without page id follows
/// </code>
/// A position counts from the first byte of its element. Pages 0 and 1 are metas; the one with the higher transaction is valid.
/// Source: go.etcd.io/bbolt.
/// </remarks>
internal static class BoltFormat
{
    public const uint Magic = 0xED0C_DAED;
    public const uint Version = 2;

    /// <summary>Page size that this project writes.</summary>
    public const int WrittenPageBytes = 4096;

    public const int PageBytesMin = 512;
    public const int PageBytesMax = 1 << 16;

    public const int HeaderBytes = 16;
    public const int ElementBytes = 16;
    public const int MetaBytes = 64;
    public const int BucketBytes = 16;
    public const int IdBytes = 8;

    /// <summary>Pages of metas at the start of a file.</summary>
    public const ulong FirstDataPage = 2;

    /// <summary>In the place of the freelist's page: the list is not stored.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    /// <summary>Number of elements of a freelist whose real number is stored in its data.</summary>
    public const ushort CountInData = ushort.MaxValue;

    /// <summary>Flag of a leaf element whose value is a bucket.</summary>
    public const uint BucketFlag = 1;

    /// <summary>Longest key that bbolt accepts.</summary>
    public const int KeyBytesMax = 32768;

    /// <summary>Longest page with overflow that is read into memory; far above the largest record of etcd.</summary>
    public const long LargePageBytesMax = 256L << 20;

    /// <summary>Levels of pages in one bucket; a full tree of this height would be larger than any disk.</summary>
    public const int HeightMax = 32;

    /// <summary>Buckets in buckets. etcd uses one level.</summary>
    public const int NestingMax = 16;
}
