package suppress

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"sluice/screen/address"
)

// Published digests of texts: the examples of FIPS 180-2 (appendices A to C), which
// RFC 3174 repeats for SHA-1, and of no bytes at all; for MD5, RFC 1321, appendix A.5.
var messageVectors = []struct {
	algorithm Algorithm
	source    string
	name      string
	text      string
	digest    string
}{
	{SHA1, "RFC 3174", "abc", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	{SHA1, "RFC 3174", "two blocks", twoBlocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	{SHA1, "RFC 3174", "a million a", "", "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
	{SHA1, "FIPS 180", "nothing", "", algorithms[SHA1].nothing},
	{MD5, "RFC 1321", "abc", "abc", "900150983cd24fb0d6963f7d28e17f72"},
	{MD5, "RFC 1321", "message digest", "message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
	{MD5, "RFC 1321", "nothing", "", algorithms[MD5].nothing},
	{SHA256, "FIPS 180-2", "abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{SHA256, "FIPS 180-2", "two blocks", twoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{SHA256, "FIPS 180-2", "nothing", "", algorithms[SHA256].nothing},
	{SHA512, "FIPS 180-2", "abc", "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	{SHA512, "FIPS 180-2", "nothing", "", algorithms[SHA512].nothing},
}

// twoBlocks is 448 bits long: with its padding it fills two blocks.
const twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

// addressVectors are invented addresses as cells hold them, their canonical form, and
// its digests. They are a part of the vectors that come with the project.
var addressVectors = []struct{ input, canonical, sha1, md5, sha256 string }{
	{"jane.doe@widgets.com", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"Jane.Doe@Widgets.com", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"  jane.doe@widgets.com\r\n", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"\ufeffjane.doe@widgets.com", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"Jane Doe <Jane.Doe@widgets.com>", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"mailto:jane.doe@widgets.com?subject=hi", "jane.doe@widgets.com",
		"aa294320bd9c806eb51fd80eb91bc55e4f6b2724", "4063187d0fe2c223ed8e0d09df480c7f",
		"0157b3a3507d614b747de3cf09e3d4a8d93bef94772e83efa8b12fb4eeca9d7f"},
	{"jane.doe+crm@widgets.com", "jane.doe+crm@widgets.com",
		"7f5499073fa87b52cd742e8f84e1ef871d601cd6", "f5e3f9d601a2e235a532158a077e4a3b",
		"4052a70b6892f0ddb0801c48de5ad2a2aca2293895049f388c118852e94998af"},
	{"MyEmail@example.com", "myemail@example.com",
		"21cdb78255efc9bc1ed9bc456bb327e934b36cb0", "60a6c20d49f49bc210ac98d7e47c74a0",
		"16c18d336f0b250f0e2d907452ceb9658a74ecdae8bc94864c23122a72cc27a5"},
	{"INFO@M\u00dcNCHEN-WERKZEUGE.DE", "info@xn--mnchen-werkzeuge-jzb.de",
		"b0e3ebc251f00ef1293c59e20716c9c613faa8b5", "027e62acbb2e6821e0f527ea41978afb",
		"c84295ed7686b3d97987aba36e9604b7e5ceb5e2d1cfa5b3c41dbe4451e26b4a"},
	{"rene\u0301@widgets.com", "ren\u00e9@widgets.com",
		"c05a07fdbc5c766245e080a099d1e71d5428818a", "0e41d91eab50573f1f4a81c41079d9ce",
		"c3d251b3e595f79d396ab7ee4b973badab1a85478e18c8934e09f6943fcc1d07"},
	{"\u0130pek@widgets.com.tr", "i\u0307pek@widgets.com.tr",
		"1b4df6ef89f7cf677f065421f30f9f2f19806079", "888d6b949b1b8583ece16799c67e73ce",
		"0e5fa2c4ae805690d169593783554252646b60b4fd3d178b85b3ee61f95c7fd6"},
	{"\u039d\u0399\u039a\u039f\u03a3@widgets.gr", "\u03bd\u03b9\u03ba\u03bf\u03c2@widgets.gr",
		"f7ca9ad6782833270694d1a1ffa2f5513ea64d05", "a19a58eb02e20ebea965f118945d3497",
		"a4b79cf2784986751aa8b3126d820343f7d64c4093746dbf211ac6388ca3f527"},
	{"jane\uff20widgets.com", "jane@widgets.com",
		"d3d62b08bb795984c4ba104e741e0ef30c41e269", "1e79780e8efdb66d8d5efe416cf841c5",
		"13ea7387f13110cfc5159007ebfca56fd26412d1ee60f4a8fe0963a4ab6a7015"},
}

// SelfTest hashes texts and addresses whose digests are published, through the same
// code that runs and lists use, and writes a line for each. It returns an error if
// one digest is not what it must be.
func SelfTest(w io.Writer) error {
	failed := 0
	report := func(ok bool, what, digest string) error {
		mark := "ok  "
		if !ok {
			mark = "FAIL"
			failed++
		}
		_, err := fmt.Fprintf(w, "%s %s %s\n", mark, digest, what)
		return err
	}
	hasher := address.NewHasher()
	for _, v := range messageVectors {
		text := []byte(v.text)
		if v.name == "a million a" {
			text = bytes.Repeat([]byte("a"), 1_000_000)
		}
		got := hex.EncodeToString(v.algorithm.sum(text))
		ok := got == v.digest
		want, _ := hex.DecodeString(v.digest)
		ok = ok && v.algorithm.AddressKey(text) == DigestKey(v.algorithm, want)
		if v.algorithm == SHA1 {
			var one [20]byte
			var many [2][20]byte
			hasher.Sum(&one, text)
			address.Sums(hasher, many[:], slices.Grow(append(text, text...), address.Slack), []uint32{0, uint32(len(text)), uint32(2 * len(text))})
			for _, sum := range [][20]byte{one, many[0], many[1]} {
				ok = ok && hex.EncodeToString(sum[:]) == v.digest
			}
		}
		if err := report(ok, fmt.Sprintf("%s of %s (%s)", v.algorithm, v.name, v.source), got); err != nil {
			return err
		}
	}
	var parser address.Parser
	for _, v := range addressVectors {
		canon, _ := parser.Append(nil, []byte(v.input))
		for _, d := range []struct {
			algorithm Algorithm
			digest    string
		}{{SHA1, v.sha1}, {MD5, v.md5}, {SHA256, v.sha256}} {
			got := hex.EncodeToString(d.algorithm.sum(canon))
			ok := string(canon) == v.canonical && got == d.digest
			if err := report(ok, fmt.Sprintf("%s of address %+q", d.algorithm, v.input), got); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d digests are wrong: this program must not be used", failed, len(messageVectors)+3*len(addressVectors))
	}
	return nil
}
