package suppress_test

import (
	"context"
	"fmt"
	"strings"

	"sluice/screen/suppress"
)

func Example() {
	list := "# people who wrote to us\njane@widgets.example\n*@gadgets.example\n"
	var b suppress.Builder
	_, err := b.AddReader(context.Background(), strings.NewReader(list),
		suppress.ListSpec{Path: "objections.txt", Class: suppress.Objection})
	if err != nil {
		fmt.Println(err)
		return
	}
	index, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	jane := suppress.AddressKey([]byte("jane@widgets.example"))
	for _, id := range index.Members(index.Lookup(&jane)) {
		fmt.Println("jane is on", index.Lists()[id-1].Name)
	}
	fmt.Println("gadgets:", index.Domain([]byte("mail.gadgets.example")) != 0)
	// Output:
	// jane is on objections.txt
	// gadgets: true
}
